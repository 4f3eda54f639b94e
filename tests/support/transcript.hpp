#pragma once

#include "protocol/websocket/message_assembler.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::tests {

/// All that an assembler made of some bytes, in words, to be compared with `==`: "text:Hello",
/// "binary:...", "ping:...", "pong:...", "close:1000:bye", "close::" and, last, "fault:bad_utf8".
using Transcript = std::vector<std::string>;

inline std::string to_words(const protocol::websocket::Inbound& inbound) {
  using namespace protocol::websocket;
  if (const auto* message = std::get_if<Message>(&inbound)) {
    const auto* type = message->type == protocol::MessageType::text ? "text:" : "binary:";
    return type + std::string(message->payload);
  }
  if (const auto* ping = std::get_if<Ping>(&inbound)) return "ping:" + std::string(ping->payload);
  if (const auto* pong = std::get_if<Pong>(&inbound)) return "pong:" + std::string(pong->payload);
  const auto& close = std::get<Close>(inbound);
  const auto code = close.code ? std::to_string(*close.code) : std::string();
  return "close:" + code + ":" + std::string(close.reason);
}

/// Reads a connection's bytes in pieces and keeps what came out. Each piece is copied to the heap
/// with its exact size, so that a sanitizer sees every read past its end.
class TranscriptReader {
public:
  explicit TranscriptReader(protocol::websocket::MessageAssembler& assembler)
      : assembler_(&assembler) {}

  /// False once there was a fault.
  bool read(std::string_view piece) {
    std::vector<std::uint8_t> buffer(piece.begin(), piece.end());
    protocol::MutableByteView rest(buffer);
    while (!has_failed_) {
      const auto inbound = assembler_->next(rest);
      if (!inbound) {
        has_failed_ = true;
        transcript_.push_back("fault:" + std::string(info(inbound.error()).name));
      } else if (*inbound) {
        transcript_.push_back(to_words(**inbound));
      } else {
        break;
      }
    }
    return !has_failed_;
  }
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  [[nodiscard]] const Transcript& transcript() const { return transcript_; }

private:
  protocol::websocket::MessageAssembler* assembler_;
  Transcript transcript_;
  bool has_failed_ = false;
};

/// Where to cut a byte stream into reads: after each of `piece_bytes` in turn, and again from the
/// first; empty: not at all. A 0 counts as 1.
inline Transcript read_in_pieces(protocol::websocket::MessageAssembler& assembler,
                                 std::string_view bytes,
                                 const std::vector<std::size_t>& piece_bytes) {
  TranscriptReader reader(assembler);
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    auto size = bytes.size();
    if (!piece_bytes.empty()) {
      size = std::clamp<std::size_t>(piece_bytes[i % piece_bytes.size()], 1, bytes.size());
    }
    if (!reader.read(bytes.substr(0, size))) break;
    bytes.remove_prefix(size);
  }
  return reader.transcript();
}

}  // namespace weir::tests
