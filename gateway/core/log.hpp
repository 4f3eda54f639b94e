#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir::gateway {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// One `key=value` of a log line. Built in place from text or numbers; never a payload, never a
/// token.
struct LogField {
  LogField(std::string_view key_, std::string_view value_) : key(key_), value(value_) {}
  LogField(std::string_view key_, const char* value_) : key(key_), value(value_) {}
  LogField(std::string_view key_, const std::string& value_) : key(key_), value(value_) {}
  template <class Number>
  LogField(std::string_view key_, Number number) : key(key_), value(std::to_string(number)) {}

  std::string_view key;
  std::string value;
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
