#include "adapters/mqtt/mqtt_properties.hpp"

#include <doctest/doctest.h>

#include <mosquitto.h>
#include <mqtt_protocol.h>

namespace weir::adapters::mqtt {

TEST_CASE("what is published can be read again: headers and the message id are user properties") {
  common::OutgoingMessage outgoing;
  outgoing.content_type = "application/json";
  outgoing.message_id = "m1";
  outgoing.headers = {{"topic", "a/b"}, {"operation", "data"}};
  const Properties properties = publish_properties(outgoing);
  common::Message message;
  copy_properties(properties.get(), message);
  CHECK(message.message_id == "m1");
  using Headers = decltype(common::Message::headers);
  CHECK(message.headers == Headers{{"topic", "a/b"}, {"operation", "data"}, {"message_id", "m1"}});
  CHECK(message.subscription == 0);
}

TEST_CASE("a message knows the subscription that brought it") {
  common::Message message;
  copy_properties(subscription_properties(300).get(), message);
  CHECK(message.subscription == 300);
}

TEST_CASE("without properties there is nothing") {
  common::Message message;
  copy_properties(nullptr, message);
  CHECK(message.headers.empty());
  CHECK(message.message_id.empty());
}

TEST_CASE("a session has its time") {
  std::uint32_t seconds = 0;
  const Properties properties = session_properties(std::chrono::seconds(60));
  CHECK(mosquitto_property_read_int32(
            properties.get(), MQTT_PROP_SESSION_EXPIRY_INTERVAL, &seconds, false) != nullptr);
  CHECK(seconds == 60);
}

}  // namespace weir::adapters::mqtt
