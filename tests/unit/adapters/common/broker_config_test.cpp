#include "adapters/common/broker_config.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {
namespace {

constexpr UrlScheme scheme{.name = "mq", .port = 1, .tls_name = "", .tls_port = 0, .path = ""};

std::string failure_of(const std::string& json) {
  ConfigReader reader(json);
  try {
    static_cast<void>(read_brokers(reader, "mq://127.0.0.1", scheme));
    static_cast<void>(read_patience(reader));
    static_cast<void>(read_remembered_ids(reader));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("brokers are read in their order, times and sizes with their defaults") {
  ConfigReader reader(R"({"brokers":["mq://a","mq://b:7"],"heartbeat_ms":2500})");
  const auto brokers = read_brokers(reader, "mq://127.0.0.1", scheme);
  REQUIRE(brokers.size() == 2);
  CHECK(brokers[0].host == "a");
  CHECK(brokers[1].port == 7);
  const Patience patience = read_patience(reader);
  CHECK(patience.heartbeat == std::chrono::seconds(2));
  CHECK(patience.connect_timeout == std::chrono::seconds(5));
  CHECK(patience.reconnect_max == std::chrono::seconds(10));
  CHECK(read_remembered_ids(reader) == 65536);
}

TEST_CASE("a wrong key is named") {
  CHECK(failure_of("{}") == "key 'brokers' is needed, e.g. brokers = [\"mq://127.0.0.1\"]");
  CHECK(failure_of(R"({"brokers":[]})").starts_with("key 'brokers' is needed"));
  CHECK(failure_of(R"({"brokers":["mq://a","mq://u:secret@b:0"]})")
            .starts_with("key 'brokers' has a bad URL as number 2: it names no host"));
  CHECK(failure_of(R"({"brokers":["mq://a"],"heartbeat_ms":999})")
            .starts_with("key 'heartbeat_ms' must be"));
  CHECK(failure_of(R"({"brokers":["mq://a"],"remembered_ids":-1})")
            .starts_with("key 'remembered_ids' must be"));
}

TEST_CASE("files for TLS go with a broker that wants it") {
  constexpr UrlScheme secure{.name = "mq", .port = 1, .tls_name = "mqs", .tls_port = 2, .path = ""};
  const auto failure = [&](const std::string& url) -> std::string {
    ConfigReader reader(R"({"brokers":[")" + url + R"("],"tls":{"verify":false}})");
    const auto brokers = read_brokers(reader, "mq://a", secure);
    try {
      const TlsOptions options = read_broker_tls(reader, brokers, secure.tls_name);
      CHECK_FALSE(options.verifies);
    } catch (const abi::Failure& thrown) {
      return thrown.what();
    }
    return {};
  };
  CHECK(failure("mqs://a").empty());
  CHECK(failure("mq://a") ==
        "key 'tls' belongs to a broker whose URL begins with mqs://, and there is none");
}

TEST_CASE("on demand is for an adapter that owns topics") {
  ConfigReader reader(R"({"topic":"q/{subject[1]}"})");
  const MappingConfig mapping =
      read_mapping(reader, {.subject = "subject", .headers = "", .origin = ""});
  const SubjectSyntax syntax{.any_word = "*", .any_rest = ">", .not_in_words = "", .escaped = ""};
  abi::Settings settings;
  CHECK_THROWS_WITH_AS(on_demand_within({"a.*"}, syntax, mapping, settings),
                       "key 'on_demand' needs 'topics': only what an adapter owns is wanted of it",
                       abi::Failure);
  settings.topics = {"q/#"};
  const TopicInverse inverse = on_demand_within({"a.*"}, syntax, mapping, settings);
  CHECK(inverse.subjects_of("q/b").at(0).text == "a.b");
}

}  // namespace weir::adapters::common
