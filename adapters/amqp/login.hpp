#pragma once

#include "adapters/amqp/broker.hpp"
#include "adapters/common/broker_config.hpp"
#include "protocol/core/result.hpp"

#include <string>
#include <string_view>

struct amqp_connection_state_t_;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::amqp {

/// Largest frame that we let a broker send.
inline constexpr int frame_bytes_max = 131072;

/// Makes all waits for the broker end, and those of the kernel too. Returns the socket.
int bound_waits(amqp_connection_state_t_& state, const common::Patience& patience);

struct LoginOptions {
  std::string_view name;  ///< shown by the broker
  int channels_max = 1;
  /// Whether we are told that a queue which we consume is gone (RabbitMQ's consumer_cancel_notify).
  bool wants_cancel_notice = false;
  const common::Patience& patience;
};

/// Logs in with the user of the broker's URL, on a connection that was dialled.
/// Errors: one sentence.
[[nodiscard]] protocol::Result<void, std::string> log_in(amqp_connection_state_t_& state,
                                                         const Broker& broker,
                                                         const LoginOptions& options);

}  // namespace weir::adapters::amqp
