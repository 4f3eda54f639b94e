#include "adapters/amqp/stream_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "tests/unit/adapters/amqp/stream_messages.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::adapters::amqp {
namespace {

std::string mistake_of(const std::string& json) {
  try {
    static_cast<void>(parse_stream_config(json));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a stream and its epoch are all that is needed") {
  const auto config = stream_config();
  CHECK(config.brokers.size() == 1);
  CHECK(config.stream == "s");
  CHECK(config.epoch == "e1");
  CHECK(config.start == StreamStart(StreamEnd::last));
  CHECK(config.prefetch == 500);
  const auto other = stream_config(R"(,"start":"17","prefetch":9,"body":"opaque")");
  CHECK(other.start == StreamStart(StreamOffset{17}));
  CHECK(other.prefetch == 9);
  CHECK(other.mapping.body == common::Body::opaque);
}

TEST_CASE("each mistake names its key") {
  struct Row {
    const char* name;
    std::string json;
    const char* part;
  };
  const std::vector<Row> rows{
      {"no broker", R"({"stream":"s","epoch":"e"})", "key 'brokers' is needed"},
      {"no stream", R"({"brokers":["amqp://b"],"epoch":"e"})", "key 'stream' is needed"},
      {"no epoch", R"({"brokers":["amqp://b"],"stream":"s"})", "key 'epoch' is needed"},
      {"a bad epoch", R"({"brokers":["amqp://b"],"stream":"s","epoch":"E"})", "key 'epoch'"},
      {"a long epoch",
       R"({"brokers":["amqp://b"],"stream":"s","epoch":"abcdefghijklmnopq"})",
       "key 'epoch'"},
      {"a bad start",
       R"({"brokers":["amqp://b"],"stream":"s","epoch":"e","start":"now"})",
       "key 'start' is 'now'"},
      {"a key of queues",
       R"({"brokers":["amqp://b"],"stream":"s","epoch":"e","exchange":"x"})",
       "exchange"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto mistake = mistake_of(row.json);
    CAPTURE(mistake);
    CHECK(mistake.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::amqp
