#include "adapters/mqtt/mqtt_config.hpp"

#include "tests/unit/adapters/failure_of.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::mqtt {
namespace {

std::string failure_of(const std::string& json) {
  return adapters::failure_of(parse_config, json);
}

}  // namespace

TEST_CASE("a broker and filters are all that is needed") {
  const MqttConfig config =
      parse_config(R"({"brokers":["mqtt://broker"],"filters":["quotes/+","#"]})");
  REQUIRE(config.brokers.size() == 1);
  CHECK(config.brokers[0].port == 1883);
  CHECK(config.filters == std::vector<std::string>{"quotes/+", "#"});
  CHECK(config.version == Version::v5);
  CHECK(config.qos == 0);
  CHECK_FALSE(config.has_session());
  CHECK_FALSE(config.on_demand);
  CHECK(config.mapping.topic.uses("topic"));
  CHECK_FALSE(config.upstream);
}

TEST_CASE("every key is read") {
  const MqttConfig config = parse_config(
      R"({"brokers":["mqtt://a","mqtt://b:1"],"filters":["a"],"version":"3.1.1","qos":1,
          "client_id":"weir","session_ms":60000,"body":"fields","topic":"q/{topic[1]}",
          "key":"{body[id]}","operation":"{property[op]}","remembered_ids":0,"heartbeat_ms":5000,
          "connect_timeout_ms":100,"reconnect_max_ms":200,"upstream":true,
          "publish_topic":"in/{topic[0]}","publish_retain":true})");
  CHECK(config.brokers.size() == 2);
  CHECK(config.version == Version::v3_1_1);
  CHECK(config.qos == 1);
  CHECK(config.client_id == "weir");
  CHECK(config.session == std::chrono::seconds(60));
  CHECK(config.mapping.body == common::Body::fields);
  CHECK(config.mapping.operation->uses("property"));
  CHECK(config.remembered_ids == 0);
  CHECK(config.patience.heartbeat == std::chrono::seconds(5));
  CHECK(config.upstream);
  CHECK(config.publish_topic.uses("topic"));
  CHECK(config.publish_retain);
}

TEST_CASE("an adapter that only publishes needs no filters") {
  CHECK(parse_config(R"({"brokers":["mqtt://broker"],"upstream":true})").filters.empty());
}

TEST_CASE("a wrong configuration names the key") {
  struct Row {
    const char* json;  ///< behind the brokers
    const char* part;
  };
  for (const Row& row :
       {Row{"", "key 'filters' is needed"},
        Row{R"(,"filters":["a+"])", "key 'filters' has 'a+', which is no topic filter"},
        Row{R"(,"filters":["+a"])", "key 'filters' has '+a'"},
        Row{R"(,"filters":["a/#/b"])", "key 'filters' has 'a/#/b'"},
        Row{R"(,"filters":["a#"])", "key 'filters' has 'a#'"},
        Row{R"(,"filters":[""])", "key 'filters' has ''"},
        Row{R"(,"filters":["a"],"qos":2)", "key 'qos' must be"},
        Row{R"(,"filters":["a"],"version":"4")", "key 'version' is '4'"},
        Row{R"(,"filters":["a"],"heartbeat_ms":4000)", "key 'heartbeat_ms' must be at least 5000"},
        Row{R"(,"filters":["a"],"topic":"{subject}")", "key 'topic' is '{subject}'"},
        Row{R"(,"filters":["a"],"on_demand":true,"client_id":"x")", "key 'on_demand' has no use"},
        Row{R"(,"filters":["a"],"on_demand":true,"version":"3.1.1")", "key 'on_demand' needs"},
        Row{R"(,"upstream":true,"on_demand":true)", "key 'on_demand' needs 'filters'"},
        Row{R"(,"filters":["a"],"tls":{})", "key 'tls' belongs to a broker"},
        Row{R"(,"filter":["a"])", "'filter' is unknown; did you mean 'filters'?"}}) {
    CAPTURE(row.json);
    const std::string failure =
        failure_of(R"({"brokers":["mqtt://broker"])" + std::string(row.json) + "}");
    CAPTURE(failure);
    CHECK(failure.find(row.part) != std::string::npos);
  }
  CHECK(failure_of(R"({"filters":["a"]})").starts_with("key 'brokers' is needed"));
  CHECK(failure_of(R"({"brokers":["amqp://a"],"filters":["a"]})")
            .find("it does not begin with mqtt:// or mqtts://") != std::string::npos);
}

}  // namespace weir::adapters::mqtt
