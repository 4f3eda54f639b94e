#pragma once

#include "adapters/amqp/broker.hpp"
#include "adapters/common/tls_options.hpp"
#include "protocol/core/result.hpp"

#include <chrono>
#include <memory>
#include <string>

struct amqp_connection_state_t_;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::amqp {

struct EndConnection {
  void operator()(amqp_connection_state_t_* state) const;
};
/// A connection of rabbitmq-c, and its socket.
using ConnectionState = std::unique_ptr<amqp_connection_state_t_, EndConnection>;

struct BrokerDialOptions {
  const common::TlsOptions& tls;
  std::chrono::milliseconds timeout{5000};
  /// A descriptor: dialling ends as soon as it is readable; with TLS at the latest after `timeout`.
  int interrupt = -1;
};

/// Opens the socket to a broker, and with TLS makes sure that it is the one that is meant. Nobody
/// has logged in yet.
/// Errors: one sentence.
protocol::Result<ConnectionState, std::string> dial_broker(const Broker& broker,
                                                           const BrokerDialOptions& options);

}  // namespace weir::adapters::amqp
