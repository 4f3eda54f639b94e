#pragma once

#include "gateway/session/endpoint.hpp"
#include "protocol/websocket/deflate.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace weir::gateway::net {

/// Returns every message with its opcode, compressed where that was agreed: what stands behind
/// `/echo`, for conformance suites.
class EchoEndpoint final : public session::Endpoint {
public:
  EchoEndpoint(session::ConnectionPort& connection,
               const std::optional<protocol::websocket::DeflateParameters>& deflate);

  void on_message(protocol::MessageType type, std::string_view message, Now now) override;
  void on_activity(Now /*now*/) override {}
  /// False while the peer has not taken the echoes that it has.
  [[nodiscard]] bool wants_input() const override;
  void pull(std::size_t budget_bytes, WriteBatch& out, Now now) override;
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return std::nullopt; }
  void on_deadline(Now /*now*/) override {}
  void on_closed(protocol::CloseReason /*reason*/, Now /*now*/) override {}

private:
  session::ConnectionPort& connection_;
  std::optional<protocol::websocket::Deflater> deflater_;
  std::deque<SharedBytes> frames_;
  std::size_t frame_bytes_ = 0;  ///< of all frames
};

}  // namespace weir::gateway::net
