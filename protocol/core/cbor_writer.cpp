#include "protocol/core/cbor_writer.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <system_error>

namespace weir::protocol {
namespace {

constexpr std::uint8_t simple_false = 0xf4;
constexpr std::uint8_t simple_true = 0xf5;
constexpr std::uint8_t simple_null = 0xf6;
constexpr std::uint8_t half_float = 0xf9;
constexpr std::uint8_t single_float = 0xfa;
constexpr std::uint8_t double_float = 0xfb;
/// The largest argument that is part of the first byte.
constexpr std::uint64_t short_argument_max = 23;
constexpr double exact_integer_max = 9'007'199'254'740'991;

void append_byte(std::uint64_t byte, std::string& out) {
  out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte)));
}

void append_big_endian(std::uint64_t number, unsigned byte_count, std::string& out) {
  for (auto left = byte_count; left > 0; --left) append_byte(number >> (8 * (left - 1)), out);
}

/// The first byte and the argument behind it, in 0, 1, 2, 4 or 8 bytes. Source: RFC 8949, 3.
void append_head(std::uint8_t major, std::uint64_t argument, std::string& out) {
  const auto first = std::uint64_t{major} << 5U;
  if (argument <= short_argument_max) return append_byte(first | argument, out);
  const auto bits = static_cast<unsigned>(std::bit_width(argument));
  const auto byte_count = std::bit_ceil((bits + 7) / 8);
  append_byte(first | (short_argument_max + static_cast<unsigned>(std::bit_width(byte_count))),
              out);
  append_big_endian(argument, byte_count, out);
}

/// The bits of the half-precision number that is the same; nullopt: there is none.
/// Source: IEEE 754 binary16; RFC 8949, appendix D.
std::optional<std::uint16_t> half_of(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const auto sign = (bits >> 16U) & 0x8000U;
  const auto fraction = bits & 0x7f'ffffU;
  const int exponent = static_cast<int>((bits >> 23U) & 0xffU) - 127;
  const auto exact = [](std::uint32_t half) { return static_cast<std::uint16_t>(half); };
  if ((bits & 0x7fff'ffffU) == 0) return exact(sign);
  if (exponent == 128 && fraction == 0) return exact(sign | 0x7c00U);
  if (exponent >= -14 && exponent <= 15) {
    if ((fraction & 0x1fffU) != 0) return std::nullopt;
    return exact(sign | (static_cast<std::uint32_t>(exponent + 15) << 10U) | (fraction >> 13U));
  }
  if (exponent >= -24 && exponent < -14) {  // subnormal: no implicit 1
    const auto whole = fraction | 0x80'0000U;
    const auto shift = static_cast<unsigned>(-1 - exponent);
    if ((whole & ((1U << shift) - 1)) != 0) return std::nullopt;
    return exact(sign | (whole >> shift));
  }
  return std::nullopt;
}

bool is_single(double number) {
  if (std::isinf(number)) return true;
  return std::abs(number) <= double{std::numeric_limits<float>::max()} &&
         double{static_cast<float>(number)} == number;
}

/// What stands behind 'e', kept within what cannot matter any more.
std::int64_t exponent_of(std::string_view digits) {
  const bool is_negative = digits.front() == '-';
  if (is_negative || digits.front() == '+') digits.remove_prefix(1);
  constexpr std::int64_t far = std::int64_t{1} << 40U;
  std::int64_t out = far;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (read.ec != std::errc{}) out = far;
  return is_negative ? -std::min(out, far) : std::min(out, far);
}

/// What a JSON number beyond the range of a double is nearest to: infinity or nothing, which the
/// place of its first digit that is not 0 tells.
double beyond_range(std::string_view token) {
  const double sign = token.front() == '-' ? -1 : 1;
  const auto e = std::min(token.find_first_of("eE"), token.size());
  const auto digits = token.substr(0, e);
  const auto point = std::min(digits.find('.'), digits.size());
  const auto first = std::min(digits.find_first_of("123456789"), digits.size());
  const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  const auto exponent = e == token.size() ? 0 : exponent_of(token.substr(e + 1));
  return sign * (place + exponent > 0 ? std::numeric_limits<double>::infinity() : 0);
}

double real_of(std::string_view token) {
  double number = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), number);
  return read.ec == std::errc{} ? number : beyond_range(token);
}

}  // namespace

void CborWriter::integer(std::uint64_t number) {
  count();
  append_head(unsigned_integer, number, *out_);
}

void CborWriter::integer(std::int64_t number) {
  if (number >= 0) return integer(static_cast<std::uint64_t>(number));
  count();
  append_head(negative_integer, ~static_cast<std::uint64_t>(number), *out_);  // -1 - number
}

void CborWriter::number(double number) {
  assert(std::isfinite(number));
  const bool is_integer = std::trunc(number) == number && std::abs(number) <= exact_integer_max;
  if (is_integer && !(number == 0 && std::signbit(number))) {
    return integer(static_cast<std::int64_t>(number));
  }
  real(number);
}

void CborWriter::real(double number) {
  count();
  if (!is_single(number)) {
    append_byte(double_float, *out_);
    return append_big_endian(std::bit_cast<std::uint64_t>(number), 8, *out_);
  }
  const auto single = static_cast<float>(number);
  if (const auto half = half_of(single)) {
    append_byte(half_float, *out_);
    return append_big_endian(*half, 2, *out_);
  }
  append_byte(single_float, *out_);
  append_big_endian(std::bit_cast<std::uint32_t>(single), 4, *out_);
}

void CborWriter::boolean(bool value) {
  count();
  append_byte(value ? simple_true : simple_false, *out_);
}

void CborWriter::null() {
  count();
  append_byte(simple_null, *out_);
}

void CborWriter::text(std::string_view text) {
  if (is_utf8(text)) return string(text_string, text);
  string(text_string, with_valid_utf8(text));
}

void CborWriter::bytes(std::string_view bytes) {
  string(byte_string, bytes);
}

void CborWriter::string(Major major, std::string_view content) {
  count();
  append_head(major, content.size(), *out_);
  out_->append(content);
}

void CborWriter::begin(Major major) {
  constexpr std::size_t usual_depth = 8;
  count();
  if (open_.capacity() == 0) open_.reserve(usual_depth);
  open_.push_back({out_->size(), 0, major});
  append_head(major, 0, *out_);
}

void CborWriter::end() {
  assert(!open_.empty());
  const auto ended = open_.back();
  open_.pop_back();
  const auto items = ended.major == map ? ended.items / 2 : ended.items;
  // Only here it is known how many there are; a long head moves what it stands before.
  std::string head;
  append_head(ended.major, items, head);
  out_->replace(ended.at, 1, head);
}

void CborWriter::json(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    switch (text[at]) {
      case '{':
        begin_map();
        ++at;
        break;
      case '[':
        begin_array();
        ++at;
        break;
      case '}':
      case ']':
        end();
        ++at;
        break;
      case '"':
        at = json_string(text, at);
        break;
      case 't':
      case 'f':
        boolean(text[at] == 't');
        at += text[at] == 't' ? 4 : 5;
        break;
      case 'n':
        null();
        at += 4;
        break;
      case ' ':
      case '\t':
      case '\n':
      case '\r':
      case ',':
      case ':':
        ++at;
        break;
      default:
        at = json_number(text, at);
    }
  }
}

std::size_t CborWriter::json_string(std::string_view text, std::size_t at) {
  bool has_escapes = false;
  auto end = at + 1;
  for (; text[end] != '"'; ++end) {
    if (text[end] != '\\') continue;
    has_escapes = true;
    ++end;
  }
  const auto quoted = text.substr(at, end + 1 - at);
  if (has_escapes) {
    string(text_string, decode_string(quoted));
  } else {
    string(text_string, quoted.substr(1, quoted.size() - 2));
  }
  return end + 1;
}

std::size_t CborWriter::json_number(std::string_view text, std::size_t at) {
  const auto end = std::min(text.find_first_of(" \t\n\r,]}", at), text.size());
  const auto token = text.substr(at, end - at);
  const bool is_negative = token.front() == '-';
  const std::span<const char> digits(token.substr(is_negative ? 1 : 0));
  std::uint64_t magnitude = 0;
  const auto* last = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), last, magnitude);
  const bool is_integer = read.ec == std::errc{} && read.ptr == last;
  if (!is_integer || (is_negative && magnitude == 0)) {
    real(real_of(token));  // "-0" as well: no integer is minus zero
  } else if (is_negative) {
    count();
    append_head(negative_integer, magnitude - 1, *out_);
  } else {
    integer(magnitude);
  }
  return end;
}

}  // namespace weir::protocol
