#pragma once

#include "adapters/amqp/broker.hpp"
#include "adapters/common/text_template.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::amqp {

/// What the body of a message is.
enum class Body : std::uint8_t {
  data,    ///< JSON, the whole value or the event
  fields,  ///< a JSON object, fields that change
  opaque,  ///< any bytes
};

/// The adapter's own keys; README.md explains them.
struct AmqpConfig {
  std::vector<Broker> brokers;
  std::string exchange;               ///< empty: none
  std::string exchange_type;          ///< empty: it is there already
  std::vector<std::string> bindings;  ///< routing keys
  std::string queue;                  ///< empty: one of our own, that goes with the connection
  bool declares = true;
  std::uint16_t prefetch = 500;
  Body body = Body::data;
  std::optional<common::TextTemplate> topic;  ///< always there after parse_config
  std::optional<common::TextTemplate> key;
  std::optional<common::TextTemplate> operation;
  std::size_t remembered_ids = 65536;
  std::chrono::seconds heartbeat{10};
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds reconnect_max{10000};
  bool upstream = false;
  std::string publish_exchange;
  std::optional<common::TextTemplate> publish_routing_key;  ///< always there after parse_config

  [[nodiscard]] bool consumes() const { return !queue.empty() || !exchange.empty(); }
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] AmqpConfig parse_config(std::string_view json);

}  // namespace weir::adapters::amqp
