#pragma once

#include "gateway/core/log_format.hpp"
#include "gateway/core/log_throttle.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace weir::gateway::app {

/// Writes log lines to a file, pipe or socket from a thread of its own, so that nobody waits for a
/// reader that has stopped: lines wait in a bounded buffer, and what does not fit is dropped and
/// counted. Owned by the app, outlives everything that logs.
///
/// Threads: `write` by any. Destruction writes what is left, and waits for a blocked descriptor no
/// longer than `flush_timeout`.
class LogSink final : public Log {
public:
  struct Options {
    int descriptor = 2;  ///< not owned; stays as it is, also if it is blocking
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    std::size_t buffer_bytes = std::size_t{1024} * 1024;  ///< of lines that wait
    LogThrottle::Options throttle;                        ///< debug lines are not throttled
    Duration flush_timeout = std::chrono::seconds(1);
  };

  explicit LogSink(const Options& options);
  ~LogSink() override;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  [[nodiscard]] bool is_enabled(LogLevel level) const override { return level >= level_; }
  /// From now on, for all threads.
  void set_level(LogLevel level) { level_ = level; }
  void write(LogLevel level,
             std::string_view area,
             std::string_view event,
             std::initializer_list<LogField> fields) override;

  /// Lines lost because nobody read fast enough, since the start.
  [[nodiscard]] std::uint64_t dropped_lines() const { return dropped_lines_; }
  /// Lines left out because their event came too often, since the start.
  [[nodiscard]] std::uint64_t suppressed_lines() const { return suppressed_lines_; }

private:
  /// The line, or an empty text where it must not be written.
  [[nodiscard]] std::string admit(const LogRecord& record);
  void append(const std::string& line);  // with the lock held
  void append_notices();                 // with the lock held

  // The writer's thread
  void run();
  /// False where some of the lines were lost.
  bool write_out(std::string_view lines);
  [[nodiscard]] bool wait_until_writable();

  const Options options_;
  std::atomic<LogLevel> level_;
  const bool is_socket_;
  std::mutex mutex_;
  std::condition_variable wake_up_;
  LogThrottle throttle_;                  // under the lock
  std::string waiting_;                   // under the lock
  std::uint64_t untold_drops_ = 0;        // under the lock
  bool has_suppressed_ = false;           // under the lock
  std::optional<TimePoint> gives_up_at_;  // the writer's own
  std::atomic<bool> is_stopping_ = false;
  std::atomic<std::uint64_t> dropped_lines_ = 0;
  std::atomic<std::uint64_t> suppressed_lines_ = 0;
  std::thread writer_;  // last: it uses the others
};

}  // namespace weir::gateway::app
