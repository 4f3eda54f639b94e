#pragma once

#include "adapters/amqp/arguments.hpp"
#include "adapters/amqp/broker.hpp"
#include "adapters/common/broker_config.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/text_template.hpp"
#include "adapters/common/tls_options.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// What makes an exchange give a message to the queue.
struct Binding {
  std::string routing_key;
  Arguments arguments = {};  ///< of a headers exchange, which looks at nothing else
  friend bool operator==(const Binding&, const Binding&) = default;
};

/// The adapter's own keys; README.md explains them.
struct AmqpConfig {
  std::vector<Broker> brokers;
  common::TlsOptions tls{.role = common::TlsOptions::Role::client};
  std::string exchange;       ///< empty: none
  std::string exchange_type;  ///< empty: it is there already
  std::vector<Binding> bindings;
  bool on_demand = false;  ///< bindings are made for what is wanted; else all at once
  std::string queue;       ///< empty: one of our own, that goes with the connection
  Arguments queue_arguments;
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

// What adapters for streams have in common with it.

inline constexpr common::MessageWords message_words{
    .subject = "routing_key", .separator = '.', .headers = "header", .origin = "exchange"};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] std::vector<Broker> read_brokers(common::ConfigReader& reader);

/// From what is wanted on demand to keys of bindings.
/// Errors: abi::Failure - why there is no way from one to the other.
[[nodiscard]] common::TopicInverse inverse_of(const AmqpConfig& config,
                                              const abi::Settings& settings);

}  // namespace weir::adapters::amqp
