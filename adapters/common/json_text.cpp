#include "adapters/common/json_text.hpp"

#include "protocol/core/utf8.hpp"

namespace weir::adapters::common {

namespace {

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u00";
  out.push_back(digits[byte >> 4U]);
  out.push_back(digits[byte & 0xFU]);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  const bool is_text = protocol::is_utf8(text);
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      append_escape(out, byte);
    } else {
      out.push_back(byte < 0x80 || is_text ? c : '?');
    }
  }
  out.push_back('"');
}

}  // namespace weir::adapters::common
