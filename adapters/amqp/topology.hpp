#pragma once

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/common/intake.hpp"
#include "protocol/core/result.hpp"

#include <string>

struct amqp_connection_state_t_;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::amqp {

/// What the configuration says that there is to be on a broker, made on one connection that is
/// logged in. Waits for the broker. Errors: one sentence; the connection is of no use any more.
class Topology {
public:
  /// Both outlive it.
  Topology(const AmqpConfig& config, amqp_connection_state_t_& state);

  /// Exchange, queue and bindings, in the order in which they depend on each other, and the
  /// channel that they are made on. On demand: no bindings yet. Kept: the queue was there before,
  /// or there is none.
  protocol::Result<common::Continuity, std::string> declare();
  /// From now on the broker sends what the queue has.
  protocol::Result<void, std::string> consume();
  protocol::Result<void, std::string> prepare_publishing();

  protocol::Result<void, std::string> bind(const Binding& binding);
  protocol::Result<void, std::string> unbind(const Binding& binding);

private:
  bool has_queue();
  protocol::Result<void, std::string> declare_exchange();
  protocol::Result<void, std::string> declare_queue();

  const AmqpConfig& config_;
  amqp_connection_state_t_& state_;
  std::string queue_;  ///< its name, which the broker has given where it is our own
};

}  // namespace weir::adapters::amqp
