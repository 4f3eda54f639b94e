#include "protocol/native/json_text.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/core/json_cursor.hpp"
#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <system_error>

namespace weir::protocol::native {
namespace {

constexpr std::int64_t unix_ms_max = 253'402'300'799'999;

template <class T>
void append_digits(T number, std::string& out) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  assert(end.ec == std::errc{});
  out.append(digits.data(), end.ptr);
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view plain = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  if (const auto index = plain.find(c); index != std::string_view::npos) {
    out.push_back('\\');
    out.push_back(letters[index]);
    return;
  }
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
}

void append_content(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const auto special = std::ranges::find_if(text, needs_escape);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    if (special == text.end()) return;
    append_escaped(*special, out);
    text.remove_prefix(plain + 1);
  }
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

/// `count` digits at the front of `text`, which moves behind them and the `separator` that must
/// follow; -1: it is not so.
int take_digits(std::string_view& text, std::size_t count, char separator) {
  if (text.size() <= count || text[count] != separator) return -1;
  int number = 0;
  for (const char digit : text.substr(0, count)) {
    if (digit < '0' || digit > '9') return -1;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(count + 1);
  return number;
}

}  // namespace

void append_string(std::string_view text, std::string& out) {
  out.push_back('"');
  if (is_utf8(text)) {
    append_content(text, out);
    out.push_back('"');
    return;
  }
  while (!text.empty()) {
    const auto valid = valid_front(text);
    append_content(valid, out);
    if (valid.size() == text.size()) break;
    out.append("\xEF\xBF\xBD");
    text.remove_prefix(valid.size() + 1);
  }
  out.push_back('"');
}

void append_integer(std::uint64_t number, std::string& out) {
  append_digits(number, out);
}

void append_integer(std::int64_t number, std::string& out) {
  append_digits(number, out);
}

void append_number(double number, std::string& out) {
  assert(std::isfinite(number));
  append_digits(number, out);
}

void append_time(std::int64_t unix_ms, std::string& out) {
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> time{
      milliseconds{std::clamp(unix_ms, std::int64_t{0}, unix_ms_max)}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  fmt::format_to(std::back_inserter(out),
                 "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"",
                 static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()),
                 clock.hours().count(),
                 clock.minutes().count(),
                 clock.seconds().count(),
                 clock.subseconds().count());
}

std::optional<std::int64_t> read_time(std::string_view text) {
  const auto year = take_digits(text, 4, '-');
  const auto month = take_digits(text, 2, '-');
  const auto day = take_digits(text, 2, 'T');
  const auto hour = take_digits(text, 2, ':');
  const auto minute = take_digits(text, 2, ':');
  const auto second = take_digits(text, 2, '.');
  const auto millisecond = take_digits(text, 3, 'Z');
  if (std::min({year, month, day, hour, minute, second, millisecond}) < 0 || !text.empty()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto time = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                    std::chrono::minutes{minute} + std::chrono::seconds{second} +
                    std::chrono::milliseconds{millisecond};
  return time.time_since_epoch().count();
}

void append_payload(const Payload& payload, std::string& out) {
  if (payload.format == PayloadFormat::json) {
    out.append(payload.bytes);
    return;
  }
  out.append(R"({"b64":")").append(to_base64(payload.bytes)).append(R"("})");
}

ReadPayload read_payload(const JsonValue& value) {
  ReadPayload out{{PayloadFormat::json, {}}, false};
  if (value.type == JsonType::object) {
    JsonCursor cursor(value);
    const auto first = cursor.next_member();
    if (first && first->name == "b64" && first->value.type == JsonType::string &&
        !cursor.next_member()) {
      std::string bytes;
      if (from_base64(decode_string(first->value.text), bytes)) {
        return {{PayloadFormat::bytes, std::move(bytes)}, false};
      }
      out.is_broken_base64 = true;
    }
  }
  out.payload.bytes = value.text;
  return out;
}

}  // namespace weir::protocol::native
