#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/fault.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace weir::protocol::websocket {

/// A close frame from the peer.
struct Close {
  std::optional<std::uint16_t> code{};  ///< none: the payload was empty (1005 for applications)
  std::string_view reason{};            ///< valid UTF-8; lives as long as the frame's payload
};

/// Whether this code may stand in a close frame: 1000-1003, 1007-1014 and 3000-4999.
/// Source: RFC 6455, 7.4.1 and 7.4.2, and the IANA registry that it opens.
[[nodiscard]] bool is_close_code(std::uint16_t code);

/// Reads the payload of a close frame.
/// Errors: close_payload_length, close_code, close_reason. Source: RFC 6455, 5.5.1.
[[nodiscard]] Result<Close, Fault> parse_close(ByteView payload);

/// Who has said goodbye. Each side sends one close frame; nothing but the other's close frame
/// counts after one's own, and the server ends the TCP connection when both are through (or its
/// deadline says so). Source: RFC 6455, 5.5.1 and 7.1.
class CloseHandshake {
public:
  /// What to do about the peer's close frame.
  enum class Answer : std::uint8_t {
    none,  ///< ours has been sent: both are through, end the connection
    echo,  ///< send a close frame with the peer's code, then end the connection
  };

  /// Whether frames may still be sent: our close frame must be the last.
  [[nodiscard]] bool may_send() const { return !is_sent_; }
  /// Whether data from the peer still counts.
  [[nodiscard]] bool may_receive() const { return !is_sent_ && !is_received_; }
  [[nodiscard]] bool is_complete() const { return is_sent_ && is_received_; }

  /// We want to close. True the first time: send the close frame now. False: it has been sent.
  [[nodiscard]] bool start() { return !std::exchange(is_sent_, true); }
  /// The peer's close frame came. `echo` counts as sent.
  [[nodiscard]] Answer on_received() {
    is_received_ = true;
    return start() ? Answer::echo : Answer::none;
  }

private:
  bool is_sent_ = false;
  bool is_received_ = false;
};

}  // namespace weir::protocol::websocket
