#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/session/endpoint.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace weir::gateway::app {

/// Stands behind the connection of a client that there is no room for: says when to come back, and
/// closes. A page cannot read the answer to a handshake that was refused, but it can read this.
/// Owned by its connection; never reads.
class TurnAway final : public session::Endpoint {
public:
  /// `goodbye`: a whole frame. The connection outlives it.
  TurnAway(SharedBytes goodbye, session::ConnectionPort& connection)
      : goodbye_(std::move(goodbye)), connection_(connection) {
    connection_.request_flush();
  }

  // Endpoint
  void on_message(protocol::MessageType /*type*/,
                  std::string_view /*message*/,
                  Now /*now*/) override {}
  void on_activity(Now /*now*/) override {}
  [[nodiscard]] bool wants_input() const override { return true; }
  void pull(std::size_t /*budget_bytes*/, WriteBatch& out, Now /*now*/) override {
    if (!goodbye_) return;
    out.add(*std::exchange(goodbye_, std::nullopt));
    connection_.request_close(protocol::CloseReason::try_later);
  }
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return std::nullopt; }
  void on_deadline(Now /*now*/) override {}
  void on_closed(protocol::CloseReason /*reason*/, Now /*now*/) override {}

private:
  std::optional<SharedBytes> goodbye_;  ///< none: it has been said
  session::ConnectionPort& connection_;
};

}  // namespace weir::gateway::app
