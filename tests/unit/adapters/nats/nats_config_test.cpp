#include "adapters/nats/nats_config.hpp"

#include "tests/unit/adapters/failure_of.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::nats {
namespace {

std::string failure_of(const std::string& json) {
  return adapters::failure_of(parse_config, json);
}

}  // namespace

TEST_CASE("a server and subjects are all that is needed") {
  const NatsConfig config =
      parse_config(R"({"brokers":["nats://server"],"subjects":["quotes.*",">"]})");
  REQUIRE(config.brokers.size() == 1);
  CHECK(config.brokers[0].port == 4222);
  CHECK(config.subjects == std::vector<std::string>{"quotes.*", ">"});
  CHECK_FALSE(config.on_demand);
  CHECK(config.mapping.topic.uses("subject"));
  CHECK_FALSE(config.upstream);
}

TEST_CASE("every key is read") {
  const NatsConfig config = parse_config(
      R"({"brokers":["nats://a","nats://b:1"],"subjects":["a.>"],"on_demand":true,"body":"fields",
          "topic":"q/{subject[1]}","key":"{body[id]}","operation":"{header[op]}",
          "remembered_ids":0,"heartbeat_ms":2000,"connect_timeout_ms":100,"reconnect_max_ms":200,
          "upstream":true,"publish_subject":"in.{topic[0]}"})");
  CHECK(config.brokers.size() == 2);
  CHECK(config.on_demand);
  CHECK(config.mapping.body == common::Body::fields);
  CHECK(config.mapping.operation->uses("header"));
  CHECK(config.remembered_ids == 0);
  CHECK(config.patience.heartbeat == std::chrono::seconds(2));
  CHECK(config.upstream);
  CHECK(config.publish_subject.uses("topic"));
}

TEST_CASE("a wrong configuration names the key") {
  struct Row {
    const char* json;  ///< behind the brokers
    const char* part;
  };
  for (const Row& row :
       {Row{"", "key 'subjects' is needed"},
        Row{R"(,"subjects":["a..b"])", "key 'subjects' has 'a..b', which has an empty word"},
        Row{R"(,"subjects":[""])", "key 'subjects' has '', which has an empty word"},
        Row{R"(,"subjects":["a b"])", "which has a blank in it"},
        Row{R"(,"subjects":[">.a"])", "which has a '>' that is not the last word"},
        Row{R"(,"subjects":["a"],"topic":"{topic}")", "key 'topic' is '{topic}'"},
        Row{R"(,"upstream":true,"on_demand":true)", "key 'on_demand' needs 'subjects'"},
        Row{R"(,"subjects":["a"],"tls":{})", "key 'tls' belongs to a broker"},
        Row{R"(,"subject":["a"])", "'subject' is unknown; did you mean 'subjects'?"}}) {
    CAPTURE(row.json);
    const std::string failure =
        failure_of(R"({"brokers":["nats://server"])" + std::string(row.json) + "}");
    CAPTURE(failure);
    CHECK(failure.find(row.part) != std::string::npos);
  }
  CHECK(failure_of(R"({"subjects":["a"]})").starts_with("key 'brokers' is needed"));
}

TEST_CASE("what is published to has no wildcards") {
  CHECK_FALSE(fault_of_subject("a.b"));
  CHECK_FALSE(fault_of_subject("a.b*"));  // for NATS that is a word like any other
  for (const char* subject : {"", "a.", ".a", "a..b", "a b", "a.*", "*", "a.>", ">"}) {
    CAPTURE(subject);
    CHECK(fault_of_subject(subject));
  }
}

}  // namespace weir::adapters::nats
