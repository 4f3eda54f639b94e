#include "adapters/redis/redis_config.hpp"

#include "tests/unit/adapters/failure_of.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::redis {
namespace {

std::string failure_of(const std::string& json) {
  return adapters::failure_of(parse_config, json);
}

}  // namespace

TEST_CASE("a server and channels are all that is needed") {
  const RedisConfig config =
      parse_config(R"({"brokers":["redis://server"],"channels":["quotes:*"]})");
  REQUIRE(config.brokers.size() == 1);
  CHECK(config.brokers[0].port == 6379);
  CHECK(config.channels == std::vector<std::string>{"quotes:*"});
  CHECK(config.separator == ':');
  CHECK(config.mapping.topic.uses("channel"));
  CHECK(config.target == Target::channel);
  CHECK(config.reads());
}

TEST_CASE("every key of streams is read") {
  const RedisConfig config = parse_config(
      R"({"brokers":["redis://:p@a/1","redis://b:1"],"streams":["orders"],"from":"oldest",
          "payload":"data","separator":".","body":"fields","topic":"q/{stream[0]}",
          "key":"{field[id]}","heartbeat_ms":2000,"upstream":true,"publish_maxlen":1000})");
  CHECK(config.brokers.size() == 2);
  CHECK(config.brokers[0].path == "1");
  CHECK(config.brokers[0].password == "p");
  CHECK(config.streams == std::vector<std::string>{"orders"});
  CHECK(config.from == From::oldest);
  CHECK(config.payload == "data");
  CHECK(config.separator == '.');
  CHECK(config.mapping.key->uses("field"));
  CHECK(config.target == Target::stream);
  CHECK(config.publish_maxlen == 1000);
  CHECK(parse_config(R"({"brokers":["redis://a"],"streams":["s"],"publish_channel":"c"})").target ==
        Target::channel);
}

TEST_CASE("an adapter that only publishes reads nothing") {
  CHECK_FALSE(parse_config(R"({"brokers":["redis://server"],"upstream":true})").reads());
}

TEST_CASE("a wrong configuration names the key") {
  struct Row {
    const char* json;  ///< behind the brokers
    const char* part;
  };
  for (const Row& row :
       {Row{"", "one of the keys 'channels' and 'streams' is needed"},
        Row{R"(,"channels":["a"],"streams":["b"])", "key 'streams' does not go with 'channels'"},
        Row{R"(,"channels":[""])", "key 'channels' has an empty name"},
        Row{R"(,"channels":["a"],"from":"newest")", "key 'from' belongs to 'streams'"},
        Row{R"(,"streams":["a"],"from":"now")", "key 'from' is 'now'"},
        Row{R"(,"channels":["a"],"payload":"x")", "key 'payload' belongs to 'streams'"},
        Row{R"(,"channels":["a"],"separator":"::")", "key 'separator' must be one character"},
        Row{R"(,"channels":["a"],"separator":"*")", "key 'separator' must be one character"},
        Row{R"(,"streams":["a"],"on_demand":true)", "key 'on_demand' needs 'channels'"},
        Row{R"(,"streams":["a","a"])", "key 'streams' has one of them twice"},
        Row{R"(,"channels":["a"],"topic":"{stream}")", "key 'topic' is '{stream}'"},
        Row{R"(,"channels":["a"],"topic":"{field[x]}")", "key 'topic' is '{field[x]}'"},
        Row{R"(,"streams":["a"],"publish_channel":"a","publish_stream":"b")",
            "key 'publish_stream' does not go with 'publish_channel'"},
        Row{R"(,"channels":["a"],"publish_maxlen":5)", "key 'publish_maxlen' belongs to"},
        Row{R"(,"channel":["a"])", "'channel' is unknown; did you mean 'channels'?"}}) {
    CAPTURE(row.json);
    const std::string failure =
        failure_of(R"({"brokers":["redis://server"])" + std::string(row.json) + "}");
    CAPTURE(failure);
    CHECK(failure.find(row.part) != std::string::npos);
  }
  CHECK(failure_of(R"({"brokers":["redis://server/x"],"channels":["a"]})")
            .find("the database 'x', which is no number") != std::string::npos);
}

TEST_CASE("a channel with a character of patterns is one") {
  CHECK(is_glob("a:*"));
  CHECK(is_glob("a[bc]"));
  CHECK_FALSE(is_glob("a:b"));
}

}  // namespace weir::adapters::redis
