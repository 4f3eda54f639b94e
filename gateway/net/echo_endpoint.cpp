#include "gateway/net/echo_endpoint.hpp"

#include "protocol/websocket/frame_encoder.hpp"

#include <utility>

namespace weir::gateway::net {
namespace {

namespace websocket = protocol::websocket;

/// Echoes that may wait before the peer is not read from any more.
constexpr std::size_t waiting_bytes_max = std::size_t{64} * 1024;

}  // namespace

EchoEndpoint::EchoEndpoint(session::ConnectionPort& connection,
                           const std::optional<websocket::DeflateParameters>& deflate)
    : connection_(connection) {
  if (!deflate) return;
  deflater_.emplace(websocket::DeflateSettings{.window_bits = deflate->server_window_bits,
                                               .takeover = deflate->server_takeover});
}

void EchoEndpoint::on_message(protocol::MessageType type, std::string_view message, Now /*now*/) {
  const websocket::FrameStart start{.opcode = type == protocol::MessageType::text
                                                  ? websocket::Opcode::text
                                                  : websocket::Opcode::binary,
                                    .is_compressed = deflater_.has_value()};
  std::string frame;
  if (deflater_) {
    std::string compressed;
    deflater_->compress(message, compressed);
    websocket::append_frame(frame, start, compressed);
  } else {
    websocket::append_frame(frame, start, message);
  }
  frame_bytes_ += frame.size();
  frames_.emplace_back(frame);
  connection_.request_flush();
}

bool EchoEndpoint::wants_input() const {
  return frame_bytes_ < waiting_bytes_max;
}

void EchoEndpoint::pull(std::size_t budget_bytes, WriteBatch& out, Now /*now*/) {
  bool is_first = true;
  while (!frames_.empty() && (is_first || out.bytes + frames_.front().size() <= budget_bytes)) {
    is_first = false;
    frame_bytes_ -= frames_.front().size();
    out.add(std::move(frames_.front()));
    frames_.pop_front();
  }
  if (!frames_.empty()) connection_.request_flush();
}

}  // namespace weir::gateway::net
