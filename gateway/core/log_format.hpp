#pragma once

#include "gateway/core/log.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::gateway {

enum class LogFormat : std::uint8_t { text, json };

/// A longer value of a field is cut here, with "..." behind it.
inline constexpr std::size_t log_value_bytes_max = 512;

/// One thing that happened, before it is text. Views: valid during the call.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string_view area;
  std::string_view event;
  std::span<const LogField> fields;
};

[[nodiscard]] std::string_view name(LogLevel level);

/// One line, without the line feed.
/// Shape:  text: `2026-11-24T12:00:00.123Z info net connection_closed code=4001 session=7`; json:
///         one object with `time`, `level`, `area`, `event` and the fields, numbers as numbers. A
///         value cannot end the line, colour a terminal or look like another field: what is not
///         plain is quoted and escaped.
[[nodiscard]] std::string format_log_line(LogFormat format,
                                          const LogRecord& record,
                                          std::int64_t unix_ms);

}  // namespace weir::gateway
