#pragma once

#include "protocol/core/message_type.hpp"
#include "protocol/core/utf8.hpp"
#include "protocol/websocket/close.hpp"
#include "protocol/websocket/deflate.hpp"
#include "protocol/websocket/frame_decoder.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace weir::protocol::websocket {

/// What a peer may make us hold and read for one message. One object serves all connections of a
/// listener and outlives them.
struct MessageLimits {
  std::size_t message_bytes_max = std::size_t{64} * 1024;  ///< payload, after inflation
  /// From the first byte of a message to its last, with headers, empty fragments and the control
  /// frames between its fragments.
  std::uint64_t wire_bytes_max = std::uint64_t{132} * 1024;
  /// Data frames of one message.
  std::uint32_t fragments_max = std::numeric_limits<std::uint32_t>::max();
};

/// A whole message; text is valid UTF-8.
struct Message {
  MessageType type = MessageType::binary;
  std::string_view payload{};
};
struct Ping {
  std::string_view payload{};  ///< at most 125 bytes, to be sent back in a pong
};
struct Pong {
  std::string_view payload{};  ///< at most 125 bytes
};

/// What the peer says. All views live until the next call to the assembler, or until the caller's
/// buffer changes, whichever comes first.
using Inbound = std::variant<Message, Ping, Pong, Close>;

/// Turns the bytes of one connection into messages and control frames, within limits, and fails at
/// the first bad byte: bad UTF-8 and too much inflated data before the frame is complete, a
/// declared length over the limit before any payload. A message that lies whole in the caller's
/// buffer is handed out where it lies; memory is held only while one is being assembled. Owned by
/// its connection; it has no clock, so deadlines are the owner's (see is_assembling).
class MessageAssembler {
public:
  /// `deflate`: what the handshake agreed to; none: no compression. `limits` must outlive it.
  MessageAssembler(Role role,
                   const MessageLimits& limits,
                   const std::optional<DeflateParameters>& deflate);
  MessageAssembler(Role role,
                   const MessageLimits&& limits,
                   const std::optional<DeflateParameters>& deflate) = delete;

  /// Takes bytes off the front of `in`, unmasking them there, up to the end of the next message or
  /// control frame.
  /// Shape:  nullopt when `in` is used up: call again with what comes next. Call until then, or
  ///         call `release`, so that what a message held is freed. After a Close everything that
  ///         follows is dropped.
  /// Errors: any Fault; fatal: send the close frame of info(fault).reason and call no more.
  /// Source: RFC 6455, 5 to 8; RFC 7692, 6 and 7.2.2.
  [[nodiscard]] Result<std::optional<Inbound>, Fault> next(MutableByteView& in);

  /// Frees what the message handed out last has held; its views end.
  void release();

  /// Drops data frames from now on, unread and without limits: we have sent our close frame and
  /// wait for the peer's. Frees what an unfinished message held.
  void ignore_data();

  /// Whether a frame or message has begun and not ended: the owner's assembly deadline runs.
  [[nodiscard]] bool is_assembling() const { return is_open_ || !decoder_.is_between_frames(); }
  /// Bytes on the wire of the message that is being assembled, so far.
  [[nodiscard]] std::uint64_t wire_bytes() const { return wire_bytes_; }
  /// Heap bytes held: for what is being assembled, and by an inflater that is active.
  [[nodiscard]] std::size_t held_bytes() const;

private:
  using Step = Result<std::optional<Inbound>, Fault>;

  /// What cannot stay in the caller's buffer.
  struct Held {
    std::string payload;  ///< of the message that is being assembled, or was handed out last
    std::string control;  ///< payload of a control frame that came in several reads
  };

  [[nodiscard]] Step on_data(const FramePiece& piece);
  [[nodiscard]] Step on_control(const FramePiece& piece);
  [[nodiscard]] std::optional<Fault> begin_data_frame(const FrameHeader& header);
  [[nodiscard]] std::optional<Fault> count_wire_bytes(std::uint64_t bytes);
  [[nodiscard]] std::optional<Fault> take_compressed(ByteView bytes, bool ends_message);
  [[nodiscard]] std::optional<Fault> check_text(ByteView bytes);
  [[nodiscard]] Step finish_message(std::string_view payload);
  [[nodiscard]] Held& held();

  FrameDecoder decoder_;
  const MessageLimits* limits_;
  std::unique_ptr<Held> held_;
  std::unique_ptr<Inflater> inflater_;  ///< none: no compression was agreed
  std::uint64_t wire_bytes_ = 0;
  std::uint32_t fragments_ = 0;
  Utf8Validator utf8_;
  MessageType type_ = MessageType::binary;
  bool is_open_ = false;        ///< between the first data frame's header and the message's end
  bool is_compressed_ = false;  ///< the open message
  bool is_delivered_ = false;   ///< held_ has what was handed out last
  bool ignores_data_ = false;
  bool is_closed_ = false;  ///< the peer's close frame came
};

}  // namespace weir::protocol::websocket
