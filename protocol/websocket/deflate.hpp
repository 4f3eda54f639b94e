#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;  // NOLINT(*-identifier-naming): zlib's; its header stays in deflate.cpp

namespace weir::protocol::websocket {

/// Whether a message may refer to bytes of the messages before it (RFC 7692, 7.1.1). `no` costs
/// compression, but no memory between messages, and one compressed message then serves all clients.
enum class ContextTakeover : std::uint8_t { no, yes };

/// What permessage-deflate was agreed to mean on a connection. Source: RFC 7692, 7.1.
struct DeflateParameters {
  std::uint8_t server_window_bits = 15;  ///< 8..15: of what the server compresses
  std::uint8_t client_window_bits = 15;  ///< 8..15: of what the client compresses
  ContextTakeover server_takeover = ContextTakeover::no;
  ContextTakeover client_takeover = ContextTakeover::no;
  friend bool operator==(const DeflateParameters&, const DeflateParameters&) = default;
};

/// The window of a compressor that many clients share: 4 KiB, because libraries exist that offer no
/// more by default, and messages without takeover are seldom longer.
inline constexpr std::uint8_t shared_window_bits = 12;

inline constexpr std::size_t inflater_bytes_max = std::size_t{40} * 1024;  ///< state and window

/// Inflates messages piece by piece, never further than the caller's limit. Holds memory from the
/// first byte of a message on, between messages only with context takeover. Its window is always
/// the largest: with the agreed one, zlib would take or refuse a peer that breaks its word
/// depending on how the bytes were cut into reads.
class Inflater {
public:
  explicit Inflater(ContextTakeover takeover) : takeover_(takeover) {}

  /// Inflates the next bytes of a message and appends to `out`.
  /// Shape:  `out` never grows past `out_bytes_max`, nor does its capacity; it holds what was
  ///         inflated before an error too.
  /// Errors: bad_deflate; message_too_big as soon as there is one byte more than `out_bytes_max`.
  ///         Both are fatal.
  /// Source: RFC 7692, 7.2.2.
  [[nodiscard]] Result<void, Fault> feed(ByteView in, std::string& out, std::size_t out_bytes_max);

  /// Ends the message: inflates the four bytes that its sender left out, and checks that it ends
  /// where a block does. Shape and errors as `feed`. Source: RFC 7692, 7.2.2 and 7.2.3.
  [[nodiscard]] Result<void, Fault> finish(std::string& out, std::size_t out_bytes_max);

  /// Whether it holds memory: at most `inflater_bytes_max`.
  [[nodiscard]] bool is_active() const { return stream_ != nullptr; }

private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  void activate();

  std::unique_ptr<z_stream_s, End> stream_;
  ContextTakeover takeover_;
  bool is_empty_ = true;           ///< no byte of this message yet
  bool is_at_stream_end_ = false;  ///< the bytes so far end with a block that says it is the last
};

/// How to compress. The defaults are zlib's own and hold 268 kB; `window_bits` 12, `memory_level` 5
/// and `level` 1 hold 39 kB and lose little on messages of a few hundred bytes.
struct DeflateSettings {
  std::uint8_t window_bits = 15;  ///< 8..15, at most what was agreed
  int memory_level = 8;           ///< 1..9
  int level = 6;                  ///< 0..9
  ContextTakeover takeover = ContextTakeover::no;
};

/// Compresses whole messages. Without context takeover each result stands alone, so that it can be
/// sent to every client that agreed to the window. Memory is taken at the first message.
class Deflater {
public:
  explicit Deflater(DeflateSettings settings);

  /// Appends the payload of the compressed frame to `out`; send it with FrameStart::is_compressed.
  /// Source: RFC 7692, 7.2.1.
  void compress(std::string_view message, std::string& out);

  /// Frees the memory. Only without context takeover, where there is nothing to lose.
  void release();
  /// Whether it holds memory.
  [[nodiscard]] bool is_active() const { return stream_ != nullptr; }

private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  void activate();

  std::unique_ptr<z_stream_s, End> stream_;
  DeflateSettings settings_;
};

}  // namespace weir::protocol::websocket
