#include "adapters/amqp/amqp_config.hpp"

#include "tests/unit/adapters/failure_of.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::amqp {
namespace {

std::string failure_of(const std::string& json) {
  return adapters::failure_of(parse_config, json);
}

}  // namespace

TEST_CASE("a broker and an exchange are all that is needed") {
  const AmqpConfig config = parse_config(R"({"brokers":["amqp://broker"],"exchange":"market"})");
  REQUIRE(config.brokers.size() == 1);
  CHECK(config.brokers[0].host == "broker");
  CHECK(config.exchange == "market");
  CHECK(config.exchange_type.empty());
  CHECK(config.bindings == std::vector<Binding>{{"#"}});
  CHECK_FALSE(config.on_demand);
  CHECK(config.queue_arguments.empty());
  CHECK(config.queue.empty());
  CHECK(config.declares);
  CHECK(config.prefetch == 500);
  CHECK(config.mapping.body == common::Body::data);
  CHECK(config.mapping.topic.uses("routing_key"));
  CHECK_FALSE(config.mapping.key.has_value());
  CHECK_FALSE(config.mapping.operation.has_value());
  CHECK(config.remembered_ids == 65536);
  CHECK(config.patience.heartbeat == std::chrono::seconds(10));
  CHECK_FALSE(config.upstream);
  CHECK(config.publish_exchange == "market");
  CHECK(config.consumes());
}

TEST_CASE("every key is read") {
  const AmqpConfig config = parse_config(
      R"({"brokers":["amqp://a","amqp://b:1"],"exchange":"market","exchange_type":"direct",
          "bindings":["x","y"],"queue":"weir","declare":false,"prefetch":7,"body":"fields",
          "topic":"q/{routing_key[1]}","key":"{body[id]}","operation":"{header[op]}",
          "remembered_ids":0,"heartbeat_ms":2000,"connect_timeout_ms":100,"reconnect_max_ms":200,
          "upstream":true,"publish_exchange":"in","publish_routing_key":"{topic[1]}"})");
  CHECK(config.brokers.size() == 2);
  CHECK(config.exchange_type == "direct");
  CHECK(config.bindings == std::vector<Binding>{{"x"}, {"y"}});
  CHECK(config.queue == "weir");
  CHECK_FALSE(config.declares);
  CHECK(config.prefetch == 7);
  CHECK(config.mapping.body == common::Body::fields);
  CHECK(config.mapping.key->uses("body"));
  CHECK(config.mapping.operation->uses("header"));
  CHECK(config.remembered_ids == 0);
  CHECK(config.patience.heartbeat == std::chrono::seconds(2));
  CHECK(config.patience.connect_timeout == std::chrono::milliseconds(100));
  CHECK(config.patience.reconnect_max == std::chrono::milliseconds(200));
  CHECK(config.upstream);
  CHECK(config.publish_exchange == "in");
  CHECK(config.publish_routing_key.uses("topic"));
}

TEST_CASE("a headers exchange is bound by arguments, and a queue is declared with some") {
  const AmqpConfig config = parse_config(
      R"({"brokers":["amqps://a"],"exchange":"market","exchange_type":"headers",
          "bindings":[{"x-match":"any","type":"quote","level":2},{}],"queue":"weir",
          "arguments":{"x-queue-type":"quorum","x-max-length":100000},
          "tls":{"verify":false}})");
  CHECK(config.brokers[0].has_tls);
  CHECK_FALSE(config.tls.verifies);
  CHECK(config.tls.ca.empty());
  CHECK(config.exchange_type == "headers");
  const std::vector<Binding> expected{
      {"", {{"level", std::int64_t{2}}, {"type", "quote"}, {"x-match", "any"}}}, {"", {}}};
  CHECK(config.bindings == expected);
  const Arguments arguments{{"x-max-length", std::int64_t{100000}}, {"x-queue-type", "quorum"}};
  CHECK((config.queue_arguments == arguments));
}

TEST_CASE("on demand what is wanted becomes keys of the bindings") {
  const auto keys_of = [](const std::string& more, std::string_view filter) {
    const AmqpConfig config = parse_config(
        R"({"brokers":["amqp://a"],"exchange":"x","exchange_type":"topic","on_demand":true)" +
        more + "}");
    const common::TopicInverse inverse =
        inverse_of(config, {.name = {}, .config = {}, .topics = {"#"}});
    std::vector<std::string> keys;
    for (const auto& pattern : inverse.subjects_of(filter)) keys.push_back(pattern.text);
    return keys;
  };
  using Keys = std::vector<std::string>;
  CHECK(keys_of("", "quotes/AAPL") == Keys{"quotes.AAPL"});
  CHECK(keys_of("", "quotes/+") == Keys{"quotes.*"});
  CHECK(keys_of("", "#") == Keys{"#"});
  const std::string quotes =
      R"(,"bindings":["quotes.#","news.*"],"topic":"{routing_key[0]}/{routing_key[1]}")";
  CHECK(keys_of(quotes, "quotes/AAPL") == Keys{"quotes.AAPL.#"});
  CHECK(keys_of(quotes, "news/AAPL") == Keys{"news.AAPL"});
  CHECK(keys_of(quotes, "+/AAPL") == Keys{"quotes.AAPL.#", "news.AAPL"});
  CHECK(keys_of(quotes, "trades/AAPL").empty());
  CHECK(keys_of(quotes, "quotes").empty());
  CHECK_THROWS_AS(keys_of(R"(,"topic":"{header[a]}")", "#"), abi::Failure);
}

TEST_CASE("an adapter that only publishes needs no source") {
  const AmqpConfig config = parse_config(
      R"({"brokers":["amqp://broker"],"upstream":true,"publish_exchange":"amq.topic"})");
  CHECK_FALSE(config.consumes());
  CHECK(config.publish_exchange == "amq.topic");
}

TEST_CASE("a wrong configuration names the key") {
  struct Row {
    const char* json;  ///< behind the brokers
    const char* part;
  };
  for (const Row& row :
       {Row{"", "one of the keys 'queue' and 'exchange' is needed"},
        Row{R"(,"exchange_type":"topic","queue":"q")", "key 'exchange_type' belongs to 'exchange'"},
        Row{R"(,"exchange":"x","exchange_type":"any")",
            "expected topic, direct, fanout or headers"},
        Row{R"(,"exchange":"x","exchange_type":"headers")", "key 'bindings' is needed"},
        Row{R"(,"exchange":"x","exchange_type":"headers","bindings":["a"])",
            "key 'bindings' must be a list of tables"},
        Row{R"(,"exchange":"x","exchange_type":"headers","bindings":[{"a":[1]}])",
            "key 'bindings' may have strings, numbers, true and false"},
        Row{R"(,"exchange":"x","exchange_type":"headers","bindings":[{"x-match":"some"}])",
            "key 'bindings' has an 'x-match'"},
        Row{R"(,"exchange":"x","exchange_type":"headers","bindings":[{"x-match":1}])",
            "key 'bindings' has an 'x-match'"},
        Row{R"(,"exchange":"x","exchange_type":"topic","bindings":[{"a":1}])",
            "key 'bindings' must be a list of strings"},
        Row{R"(,"exchange":"x","exchange_type":"headers","bindings":[{"":1}])",
            "key 'bindings' has a name"},
        Row{R"(,"queue":"q","arguments":["x"])", "key 'arguments' must be a table"},
        Row{R"(,"queue":"q","arguments":{"x-max-length":[1]})",
            "key 'arguments' may have strings, numbers, true and false"},
        Row{R"(,"queue":"q","declare":false,"arguments":{"x-max-length":1})",
            "key 'arguments' goes with declare = true"},
        Row{R"(,"upstream":true,"arguments":{"x-max-length":1})",
            "key 'arguments' belongs to 'queue' or 'exchange'"},
        Row{R"(,"queue":"q","arguments":{"x-queue-type":"stream"})",
            "key 'arguments' has an 'x-queue-type'"},
        Row{R"(,"exchange":"x","arguments":{"x-queue-type":"quorum"})",
            "key 'arguments' makes a quorum queue, which needs a name"},
        Row{R"(,"exchange":"x","on_demand":true)", "key 'on_demand' needs exchange_type"},
        Row{R"(,"exchange":"x","exchange_type":"fanout","on_demand":true)",
            "key 'on_demand' needs exchange_type"},
        Row{R"(,"exchange":"x","exchange_type":"topic","queue":"q","on_demand":true)",
            "key 'on_demand' does not go with 'queue'"},
        Row{R"(,"exchange":"x","exchange_type":"topic","bindings":["#.a"],"on_demand":true)",
            "key 'on_demand' does not go with the binding '#.a'"},
        Row{R"(,"queue":"q","tls":{})",
            "key 'tls' belongs to a broker whose URL begins with amqps"},
        Row{R"(,"queue":"q","bindings":["a"])", "key 'bindings' belongs to 'exchange'"},
        Row{R"(,"exchange":"x","exchange_type":"direct")", "key 'bindings' is needed"},
        Row{R"(,"exchange":"x","declare":false)", "key 'declare' is false"},
        Row{R"(,"queue":"q","prefetch":0)", "key 'prefetch' must be"},
        Row{R"(,"queue":"q","prefetch":65536)", "key 'prefetch' must be"},
        Row{R"(,"queue":"q","body":"xml")", "expected data, fields or opaque"},
        Row{R"(,"queue":"q","topic":"a/{key}")", "key 'topic' is 'a/{key}'"},
        Row{R"(,"queue":"q","key":"{header[id]}")", "key 'key' needs body = \"fields\""},
        Row{R"(,"queue":"q","body":"opaque","topic":"{body[a]}")", "key 'body' is opaque"},
        Row{R"(,"queue":"q","publish_routing_key":"{header[a]}")", "key 'publish_routing_key'"},
        Row{R"(,"queue":"q","heartbeat_ms":999)", "key 'heartbeat_ms' must be"},
        Row{R"(,"queues":"q")", "'queues' is unknown; did you mean 'queue'?"}}) {
    CAPTURE(row.json);
    const std::string failure =
        failure_of(R"({"brokers":["amqp://broker"])" + std::string(row.json) + "}");
    CAPTURE(failure);
    CHECK(failure.find(row.part) != std::string::npos);
  }
  CHECK(failure_of(R"({"queue":"q"})").find("key 'brokers' is needed") == 0);
  CHECK(failure_of(R"({"queue":"q","brokers":[]})").find("key 'brokers' is needed") == 0);
  const std::string second =
      failure_of(R"({"queue":"q","brokers":["amqp://a","amqp://u:secret@b:0"]})");
  CHECK(second.find("key 'brokers' has a bad URL as number 2") == 0);
  CHECK(second.find("secret") == std::string::npos);
  CHECK(failure_of(R"({"queue":")" + std::string(256, 'q') + R"(","brokers":["amqp://a"]})")
            .find("key 'queue' must have at most 255 bytes") == 0);
}

}  // namespace weir::adapters::amqp
