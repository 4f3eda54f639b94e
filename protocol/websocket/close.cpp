#include "protocol/websocket/close.hpp"

#include "protocol/core/utf8.hpp"

namespace weir::protocol::websocket {
namespace {

constexpr std::size_t code_bytes = 2;

bool in(std::uint16_t code, std::uint16_t low, std::uint16_t high) {
  return low <= code && code <= high;
}

}  // namespace

bool is_close_code(std::uint16_t code) {
  return in(code, 1000, 1003) || in(code, 1007, 1014) || in(code, 3000, 4999);
}

Result<Close, Fault> parse_close(ByteView payload) {
  if (payload.empty()) return Close{};
  if (payload.size() < code_bytes) return fail(Fault::close_payload_length);
  const auto code = static_cast<std::uint16_t>((payload[0] << 8U) | payload[1]);
  if (!is_close_code(code)) return fail(Fault::close_code);
  const auto reason = as_text(payload.subspan(code_bytes));
  if (!is_utf8(reason)) return fail(Fault::close_reason);
  return Close{.code = code, .reason = reason};
}

}  // namespace weir::protocol::websocket
