#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace weir::gateway {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// One `key=value` of a log line. Built in place from text or numbers; never a payload, never a
/// token. The key is a fixed word of the code.
struct LogField {
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  LogField(std::string_view name, bool claim)
      : key(name), value(claim ? "true" : "false"), is_literal(true) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  LogField(std::string_view name, Number number)
      : key(name), value(std::to_string(number)), is_literal(std::integral<Number>) {}

  std::string_view key;
  std::string value;
  bool is_literal = false;  ///< an integer or bool, which JSON writes without quotes
};

/// Where log lines go. Passed down by reference; there is no global logger. Implementations take
/// lines from any thread and never block the caller.
class Log {
public:
  virtual ~Log() = default;

  [[nodiscard]] virtual bool is_enabled(LogLevel level) const = 0;
  /// Writes `level area event key=value ...`; `area` and `event` are fixed words of the code.
  virtual void write(LogLevel level,
                     std::string_view area,
                     std::string_view event,
                     std::initializer_list<LogField> fields) = 0;

  void debug(std::string_view area,
             std::string_view event,
             std::initializer_list<LogField> fields = {}) {
    if (is_enabled(LogLevel::debug)) write(LogLevel::debug, area, event, fields);
  }
  void info(std::string_view area,
            std::string_view event,
            std::initializer_list<LogField> fields = {}) {
    if (is_enabled(LogLevel::info)) write(LogLevel::info, area, event, fields);
  }
  void warning(std::string_view area,
               std::string_view event,
               std::initializer_list<LogField> fields = {}) {
    if (is_enabled(LogLevel::warning)) write(LogLevel::warning, area, event, fields);
  }
  void error(std::string_view area,
             std::string_view event,
             std::initializer_list<LogField> fields = {}) {
    if (is_enabled(LogLevel::error)) write(LogLevel::error, area, event, fields);
  }

protected:
  Log() = default;
  Log(const Log&) = default;
  Log& operator=(const Log&) = default;
};

}  // namespace weir::gateway
