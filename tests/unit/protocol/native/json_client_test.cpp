#include "protocol/native/json_client.hpp"

#include "protocol/native/cbor_codec.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::native {

namespace {

/// Without order.
nlohmann::json plain(const tests::Json& json) {
  return nlohmann::json(json);
}

}  // namespace

TEST_CASE("a client reads back what the gateway meant") {
  for (const auto& vector : tests::load_vectors("events.json")) {
    CAPTURE(vector.at("name"));
    const auto message = read_server_message(vector.at("text").get<std::string>());
    REQUIRE_MESSAGE(message, message.error().message());
    CHECK(plain(tests::meaning_of(*message)) == plain(vector.at("means")));
  }
}

TEST_CASE("a client reads back what the gateway meant, as CBOR") {
  for (const auto& vector : tests::load_vectors("events.json")) {
    CAPTURE(vector.at("name"));
    tests::EventContent content;
    std::string cbor;
    cbor_codec().encode(tests::event_of(vector.at("means"), content), cbor);
    const auto message = read_cbor_server_message(cbor);
    REQUIRE_MESSAGE(message, message.error().message());
    CHECK(tests::normalized(tests::meaning_of(*message)) == tests::normalized(vector.at("means")));
    for (std::size_t bytes = 0; bytes < cbor.size(); ++bytes) {
      CHECK_FALSE(read_cbor_server_message(cbor.substr(0, bytes)));
    }
  }
}

TEST_CASE("a client bears what a later gateway may say, and nothing that is broken") {
  for (const auto& vector : tests::load_vectors("events_to_bear.json")) {
    CAPTURE(vector.at("name"));
    const auto message = read_server_message(vector.at("text").get<std::string>());
    CHECK(message.has_value() == !vector.at("means").is_null());
    if (message) CHECK(plain(tests::meaning_of(*message)) == plain(vector.at("means")));
  }
}

TEST_CASE("a payload with a name twice or a lone surrogate reaches the client as it is") {
  const std::string payload = R"({"a":"\ud800","a":{"\udc00":1}})";
  const auto message = read_server_message(R"({"t":7,"o":18,"d":)" + payload + "}");
  REQUIRE(message);
  CHECK(std::get<ReceivedDelivery>(*message).data == Payload{PayloadFormat::json, payload});
}

TEST_CASE("every message that is cut short is refused, wherever it is cut") {
  for (const auto& vector : tests::load_vectors("events.json")) {
    const auto text = vector.at("text").get<std::string>();
    CAPTURE(text);
    for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
      CHECK_FALSE(read_server_message(text.substr(0, bytes)));
    }
  }
}

}  // namespace weir::protocol::native
