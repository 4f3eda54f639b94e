#include "protocol/core/utf8.hpp"

namespace weir::protocol {
namespace {

// What the next byte must be. The special states narrow the second byte, which is where overlong
// forms, surrogates and too large code points show themselves (RFC 3629 section 4, ABNF).
enum State : std::uint8_t {
  start,
  tail1,
  tail2,
  tail3,
  after_e0,
  after_ed,
  after_f0,
  after_f4,
  bad,
};

bool in(std::uint8_t byte, std::uint8_t low, std::uint8_t high) {
  return low <= byte && byte <= high;
}

State first(std::uint8_t byte) {
  if (byte < 0x80) return start;
  if (in(byte, 0xC2, 0xDF)) return tail1;
  if (byte == 0xE0) return after_e0;
  if (byte == 0xED) return after_ed;
  if (in(byte, 0xE1, 0xEF)) return tail2;
  if (byte == 0xF0) return after_f0;
  if (in(byte, 0xF1, 0xF3)) return tail3;
  if (byte == 0xF4) return after_f4;
  return bad;
}

State next(State state, std::uint8_t byte) {
  switch (state) {
    case start:
      return first(byte);
    case tail1:
      return in(byte, 0x80, 0xBF) ? start : bad;
    case tail2:
      return in(byte, 0x80, 0xBF) ? tail1 : bad;
    case tail3:
      return in(byte, 0x80, 0xBF) ? tail2 : bad;
    case after_e0:
      return in(byte, 0xA0, 0xBF) ? tail1 : bad;
    case after_ed:
      return in(byte, 0x80, 0x9F) ? tail1 : bad;
    case after_f0:
      return in(byte, 0x90, 0xBF) ? tail2 : bad;
    case after_f4:
      return in(byte, 0x80, 0x8F) ? tail2 : bad;
    case bad:
      return bad;
  }
  return bad;
}

/// The longest valid UTF-8 at the front of `text`.
std::string_view valid_front(std::string_view text) {
  Utf8Validator validator;
  std::size_t valid = 0;
  for (std::size_t at = 0; at < text.size() && validator.feed(as_bytes(text.substr(at, 1))); ++at) {
    if (validator.is_complete()) valid = at + 1;
  }
  return text.substr(0, valid);
}

}  // namespace

bool Utf8Validator::feed(ByteView bytes) {
  auto state = static_cast<State>(state_);
  for (const auto byte : bytes) {
    if (state == start && byte < 0x80) continue;
    state = next(state, byte);
    if (state == bad) break;
  }
  state_ = state;
  return state != bad;
}

bool is_utf8(std::string_view text) {
  Utf8Validator validator;
  return validator.feed(as_bytes(text)) && validator.is_complete();
}

std::string with_valid_utf8(std::string_view text) {
  std::string out;
  while (true) {
    const auto valid = valid_front(text);
    out.append(valid);
    if (valid.size() == text.size()) return out;
    out.append("\xEF\xBF\xBD");
    text.remove_prefix(valid.size() + 1);
  }
}

}  // namespace weir::protocol
