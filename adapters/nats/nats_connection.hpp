#pragma once

#include "adapters/common/broker_link.hpp"
#include "adapters/nats/nats_config.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace weir::adapters::nats {

struct NatsConnectionOptions {
  NatsConfig config;
  std::string name;  ///< shown by the server
  std::uint64_t body_bytes_max = 0;
};

/// One connection to a server through libnats, whose threads put what comes into a NatsInbox. What
/// is published is confirmed when the server has answered a ping behind it.
[[nodiscard]] std::unique_ptr<common::BrokerLink> make_nats_connection(
    NatsConnectionOptions options);

}  // namespace weir::adapters::nats
