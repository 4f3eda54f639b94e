#include "gateway/core/log_format.hpp"

#include "protocol/core/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace weir::gateway {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

/// Cut to what a line may hold of it, between two characters.
std::string cut(std::string_view value) {
  if (value.size() <= log_value_bytes_max) return std::string(value);
  auto end = log_value_bytes_max;
  while (end > 0 && is_continuation(value[end])) --end;
  return std::string(value.substr(0, end)) + "...";
}

/// Length of a character at the front of valid UTF-8 that moves a terminal's cursor, ends a line or
/// turns its direction: U+0080-9F, U+2028-202E, U+2066-2069; 0: it does not.
std::size_t invisible_bytes(std::string_view rest) {
  const auto at = [rest](std::size_t i) {
    return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
  };
  if (at(0) == 0xC2 && at(1) < 0xA0) return 2;
  if (at(0) != 0xE2) return 0;
  if (at(1) == 0x80 && at(2) >= 0xA8 && at(2) <= 0xAE) return 3;
  if (at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9) return 3;
  return 0;
}

void append_bytes(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

/// Takes one character off `rest` and writes it so that it is only that character.
void append_escaped(std::string_view& rest, bool is_utf8, std::string& out) {
  const auto c = static_cast<unsigned char>(rest.front());
  std::size_t taken = 1;
  if (c == '"' || c == '\\') {
    out += {'\\', static_cast<char>(c)};
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c < 0x20 || c == 0x7F || (c >= 0x80 && !is_utf8)) {
    append_bytes(rest.substr(0, 1), out);
  } else if (const auto invisible = invisible_bytes(rest); invisible > 0) {
    append_bytes(rest.substr(0, invisible), out);
    taken = invisible;
  } else {
    out += static_cast<char>(c);
  }
  rest.remove_prefix(taken);
}

bool is_plain(char c) {
  return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '=';
}

void append_text(std::string_view value, std::string& out) {
  if (!value.empty() && std::ranges::all_of(value, is_plain)) {
    out += value;
    return;
  }
  const bool is_utf8 = protocol::is_utf8(value);
  out += '"';
  while (!value.empty()) append_escaped(value, is_utf8, out);
  out += '"';
}

std::string time_text(std::int64_t unix_ms) {
  const auto time =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

std::string format_text(const LogRecord& record, std::int64_t unix_ms) {
  auto line =
      fmt::format("{} {} {} {}", time_text(unix_ms), name(record.level), record.area, record.event);
  for (const auto& field : record.fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_text(cut(field.value), line);
  }
  return line;
}

std::string format_json(const LogRecord& record, std::int64_t unix_ms) {
  const auto quote = [](std::string_view text) {
    // Everything beyond ASCII is escaped, and what is no UTF-8 becomes U+FFFD.
    return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  };
  auto line = fmt::format(R"({{"time":"{}","level":"{}","area":{},"event":{})",
                          time_text(unix_ms),
                          name(record.level),
                          quote(record.area),
                          quote(record.event));
  for (const auto& field : record.fields) {
    line += ',' + quote(field.key) + ':';
    line += field.is_literal ? field.value : quote(cut(field.value));
  }
  return line + '}';
}

}  // namespace

std::string_view name(LogLevel level) {
  return level_names.at(static_cast<std::size_t>(level));
}

std::string format_log_line(LogFormat format, const LogRecord& record, std::int64_t unix_ms) {
  switch (format) {
    case LogFormat::text:
      return format_text(record, unix_ms);
    case LogFormat::json:
      return format_json(record, unix_ms);
  }
  return {};
}

}  // namespace weir::gateway
