#pragma once

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/common/broker_link.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace weir::adapters::amqp {

struct AmqpConnectionOptions {
  AmqpConfig config;
  std::string name;  ///< shown by the broker
  std::uint64_t body_bytes_max = 0;
  int interrupt = -1;  ///< a descriptor: dialling ends as soon as it is readable
};

/// One connection to a broker through rabbitmq-c: opens it, declares and consumes what the
/// configuration says, and passes on what comes. Reads nothing ahead of what the broker may send.
[[nodiscard]] std::unique_ptr<common::BrokerLink> make_amqp_connection(
    AmqpConnectionOptions options);

}  // namespace weir::adapters::amqp
