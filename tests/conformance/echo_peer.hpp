#pragma once

#include "protocol/websocket/close.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/handshake.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/random.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::tests::conformance {

namespace websocket = protocol::websocket;
using websocket::Opcode;

/// What the gateway's echo endpoint does with a connection's bytes, without the connection: sends
/// every message back, answers pings, and closes as RFC 6455 wants it. Once it is closed it reads
/// no more.
class EchoPeer {
public:
  EchoPeer(const websocket::MessageLimits& limits,
           std::optional<websocket::DeflateParameters> deflate)
      : assembler_(websocket::Role::server, limits, deflate) {
    if (!deflate) return;
    deflater_.emplace(websocket::DeflateSettings{.window_bits = deflate->server_window_bits,
                                                 .takeover = deflate->server_takeover});
  }

  /// Takes one read's bytes and appends what is to be sent.
  void read(std::string_view bytes, std::string& out) {
    std::vector<std::uint8_t> buffer(bytes.begin(), bytes.end());
    protocol::MutableByteView rest(buffer);
    while (close_.may_receive()) {
      const auto inbound = assembler_.next(rest);
      if (!inbound) {
        CHECK(close_.start());
        websocket::append_close(out, info(inbound.error()).reason);
      } else if (*inbound) {
        answer(**inbound, out);
      } else {
        return;
      }
    }
  }
  [[nodiscard]] bool is_closed() const { return !close_.may_receive(); }

private:
  void answer(const websocket::Inbound& inbound, std::string& out) {
    if (const auto* message = std::get_if<websocket::Message>(&inbound)) {
      const bool is_text = message->type == protocol::MessageType::text;
      std::string payload(message->payload);
      if (deflater_) {
        payload.clear();
        deflater_->compress(message->payload, payload);
      }
      websocket::append_frame(out,
                              {.opcode = is_text ? Opcode::text : Opcode::binary,
                               .is_compressed = deflater_.has_value()},
                              payload);
    } else if (const auto* ping = std::get_if<websocket::Ping>(&inbound)) {
      websocket::append_frame(out, {Opcode::pong}, ping->payload);
    } else if (const auto* close = std::get_if<websocket::Close>(&inbound)) {
      if (close_.on_received() == websocket::CloseHandshake::Answer::none) return;
      websocket::append_close(out, close->code, {});
    }
  }

  websocket::MessageAssembler assembler_;
  websocket::CloseHandshake close_;
  std::optional<websocket::Deflater> deflater_;
};

/// A masked frame of a client.
inline std::string frame(websocket::FrameStart start, std::string_view payload) {
  std::string out;
  websocket::append_masked_frame(out, start, payload, {0x37, 0xfa, 0x21, 0x3d});
  return out;
}

/// A masked frame with any first byte.
inline std::string raw_frame(unsigned first_byte, std::string_view payload) {
  auto bytes = frame({Opcode::binary}, payload);
  bytes[0] = static_cast<char>(first_byte);
  return bytes;
}

inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  return frame({Opcode::close}, websocket::close_payload(code, reason));
}

/// Everything that outside suites may send is allowed, as for the gateway's echo endpoint.
inline const websocket::MessageLimits echo_limits{.message_bytes_max = std::size_t{16} << 20U,
                                                  .wire_bytes_max = std::uint64_t{64} << 20U};

/// What an echo answers to the bytes of a client that are read in pieces, in words.
inline Transcript answers(std::string_view bytes, const std::vector<std::size_t>& piece_bytes) {
  EchoPeer peer(echo_limits, std::nullopt);
  std::string out;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const auto piece = bytes.substr(0, piece_bytes[i % piece_bytes.size()]);
    peer.read(piece, out);
    bytes.remove_prefix(piece.size());
  }
  websocket::MessageAssembler client(websocket::Role::client, echo_limits, std::nullopt);
  return read_in_pieces(client, out, {});
}

/// One case of a table: what a client sends, and what an echo must answer, however it is cut.
struct Case {
  std::string_view name;
  std::string bytes;
  Transcript expected;
};

template <class Cases>
void check_cases(const Cases& cases) {
  const auto seed = seed_or(1);
  CAPTURE(seed);
  Random random(seed);
  for (const auto& row : cases) {
    CAPTURE(row.name);
    CHECK(answers(row.bytes, {row.bytes.size() + 1}) == row.expected);
    CHECK(answers(row.bytes, {1}) == row.expected);
    CHECK(answers(row.bytes, {2}) == row.expected);
    for (int i = 0; i < 3; ++i) {
      CHECK(answers(row.bytes, {1 + random.below(9), 1 + random.below(99)}) == row.expected);
    }
  }
}

// What an echo says when the client has broken the rules.
inline const std::string protocol_error = "close:1002:protocol_error";
inline const std::string invalid_payload = "close:1007:invalid_payload";
inline const std::string normal = "close:1000:";

}  // namespace weir::tests::conformance
