#pragma once

#include "clients/cpp/http_response.hpp"
#include "clients/cpp/random_source.hpp"
#include "clients/cpp/url.hpp"
#include "protocol/native/client_codec.hpp"
#include "protocol/websocket/client_handshake.hpp"
#include "protocol/websocket/message_assembler.hpp"

#include <array>
#include <optional>
#include <string>
#include <variant>

namespace weir::clients::cpp {

/// The opening handshake is through and the server speaks our subprotocol.
struct ChannelOpened {};
/// One whole message; text is valid UTF-8. Lives until the next call to the channel.
struct ChannelMessage {
  protocol::MessageType type = protocol::MessageType::text;
  std::string_view payload{};
};
/// The server's close frame; 1005 and no reason where it gave none.
struct ChannelClosed {
  std::uint16_t code = 0;
  std::string reason;
};
using ChannelEvent = std::variant<ChannelOpened, ChannelMessage, ChannelClosed>;

/// Why there is no WebSocket, or no more.
struct ChannelFault {
  /// Whether trying again later can help.
  protocol::Retry retry = protocol::Retry::no;
  std::string text;  ///< one sentence for a person
};

/// The client's end of one WebSocket: handshake, frames, pongs and close frames. Bytes go in,
/// events come out, and what is to be sent collects until it is taken. Owned by the client's shell;
/// it has no socket and no clock.
class Channel {
public:
  /// What one message from the gateway may be; deliveries hold at most one entry.
  static constexpr protocol::websocket::MessageLimits limits{
      .message_bytes_max = std::size_t{32} << 20U,
      .wire_bytes_max = std::uint64_t{33} << 20U,
  };

  /// `codec` outlives it.
  Channel(const Url& url, const protocol::native::ClientCodec& codec, RandomSource random);

  /// Takes bytes off the front of `in`, unmasking nothing: servers do not mask.
  /// Shape:  nullopt when `in` is used up.
  /// Errors: the server is no gateway, or breaks RFC 6455; fatal, end the connection once
  ///         `take_output` is sent.
  [[nodiscard]] protocol::Result<std::optional<ChannelEvent>, ChannelFault> next(
      protocol::MutableByteView& in);

  /// Only between ChannelOpened and the first close.
  void send_message(std::string_view message);
  /// Sends a close frame, the first time; data that still comes is dropped.
  void close(std::uint16_t code, std::string_view reason);

  [[nodiscard]] bool is_open() const { return assembler_.has_value() && closing_.may_send(); }
  /// Both close frames are through: end the connection.
  [[nodiscard]] bool is_through() const { return closing_.is_complete(); }
  /// What is to be sent, in order; each byte is handed out once.
  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }

private:
  using Step = protocol::Result<std::optional<ChannelEvent>, ChannelFault>;

  [[nodiscard]] Step next_head(protocol::MutableByteView& in);
  [[nodiscard]] Step next_frame(protocol::MutableByteView& in);
  [[nodiscard]] ChannelEvent on_close(const protocol::websocket::Close& close);
  void send(protocol::websocket::Opcode opcode, std::string_view payload);
  using Offered = std::array<std::string_view, 1>;
  [[nodiscard]] protocol::websocket::ClientRequest request(const Offered& offered) const;

  std::string host_;
  std::string target_;
  const protocol::native::ClientCodec& codec_;
  RandomSource random_;
  std::array<std::uint8_t, 16> nonce_{};
  HttpResponseReader head_;
  std::optional<protocol::websocket::MessageAssembler> assembler_;  ///< none: not open yet
  protocol::websocket::CloseHandshake closing_;
  std::string output_;
};

}  // namespace weir::clients::cpp
