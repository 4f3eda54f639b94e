#include "adapters/mqtt/mqtt_client.hpp"

#include <doctest/doctest.h>

#include <mosquitto.h>

namespace weir::adapters::mqtt {

TEST_CASE("a client is made of what the configuration says, and has no connection yet") {
  const MqttConfig config =
      parse_config(R"({"brokers":["mqtt://u:p@broker"],"filters":["a"],"client_id":"weir"})");
  const auto client = make_client(config, config.brokers[0], nullptr);
  REQUIRE(client);
  CHECK(mosquitto_socket(client->get()) == -1);
}

TEST_CASE("a certificate that is not there is told") {
  MqttConfig config = parse_config(R"({"brokers":["mqtts://broker"],"filters":["a"]})");
  config.tls.ca = "/nowhere/ca.pem";
  const auto client = make_client(config, config.brokers[0], nullptr);
  REQUIRE_FALSE(client);
  CHECK_FALSE(client.error().empty());
}

TEST_CASE("what a call returns is a sentence") {
  CHECK(text_of_status(MOSQ_ERR_CONN_LOST) == "The connection was lost.");
}

}  // namespace weir::adapters::mqtt
