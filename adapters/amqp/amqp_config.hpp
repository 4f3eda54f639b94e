#pragma once

#include "adapters/amqp/broker.hpp"
#include "adapters/common/broker_config.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/text_template.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::amqp {

/// The adapter's own keys; README.md explains them.
struct AmqpConfig {
  std::vector<Broker> brokers;
  std::string exchange;               ///< empty: none
  std::string exchange_type;          ///< empty: it is there already
  std::vector<std::string> bindings;  ///< routing keys
  std::string queue;                  ///< empty: one of our own, that goes with the connection
  bool declares = true;
  std::uint16_t prefetch = 500;
  common::MappingConfig mapping;
  std::size_t remembered_ids = 65536;
  common::Patience patience;
  bool upstream = false;
  std::string publish_exchange;
  common::TextTemplate publish_routing_key;

  [[nodiscard]] bool consumes() const { return !queue.empty() || !exchange.empty(); }
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] AmqpConfig parse_config(std::string_view json);

}  // namespace weir::adapters::amqp
