#include "protocol/native/json_text.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/core/json_cursor.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iterator>

namespace weir::protocol::native {
namespace {

constexpr std::int64_t unix_ms_max = 253'402'300'799'999;

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
