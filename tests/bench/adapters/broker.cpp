#include "tests/bench/adapters/broker.hpp"

#include <stdexcept>

namespace weir::tests::bench {

std::unique_ptr<Publisher> make_publisher(const Place& place) {
  if (place.broker == "amqp") return make_amqp_publisher(place);
  if (place.broker == "mqtt") return make_mqtt_publisher(place);
  if (place.broker == "nats") return make_nats_publisher(place);
  if (place.broker == "redis") return make_redis_publisher(place);
  if (place.broker == "tcp") return make_tcp_publisher(place);
  throw std::runtime_error("there is no broker " + place.broker);
}

std::unique_ptr<Consumer> make_consumer(const Place& place) {
  if (place.broker == "amqp") return make_amqp_consumer(place);
  if (place.broker == "mqtt") return make_mqtt_consumer(place);
  if (place.broker == "nats") return make_nats_consumer(place);
  if (place.broker == "redis") return make_redis_consumer(place);
  if (place.broker == "tcp") return make_tcp_consumer(place);
  throw std::runtime_error("there is no broker " + place.broker);
}

}  // namespace weir::tests::bench
