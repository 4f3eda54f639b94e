#include "gateway/app/log_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace weir::gateway::app {
namespace {

constexpr int poll_ms = 50;  // how soon a blocked writer sees that it shall stop

bool is_socket(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

std::int64_t unix_ms_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// Signals are for the threads that wait for them, and a closed pipe is an error of `write`.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

std::uint64_t count_lines(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

LogSink::LogSink(const Options& options)
    : options_(options),
      level_(options.level),
      is_socket_(is_socket(options.descriptor)),
      throttle_(options.throttle),
      writer_([this] { run(); }) {
}

LogSink::~LogSink() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_up_.notify_one();
  writer_.join();
}

void LogSink::write(LogLevel level,
                    std::string_view area,
                    std::string_view event,
                    std::initializer_list<LogField> fields) {
  if (!is_enabled(level)) return;
  const auto line = admit({level, area, event, {fields.begin(), fields.size()}});
  if (line.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    append(line);
  }
  wake_up_.notify_one();
}

std::string LogSink::admit(const LogRecord& record) {
  if (record.level > LogLevel::debug) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (!throttle_.admit(record.area, record.event, now)) {
      ++suppressed_lines_;
      has_suppressed_ = true;
      return {};
    }
  }
  return format_log_line(options_.format, record, unix_ms_now()) + '\n';
}

void LogSink::append(const std::string& line) {
  if (waiting_.size() + line.size() <= options_.buffer_bytes) {
    waiting_ += line;
    return;
  }
  ++dropped_lines_;
  ++untold_drops_;
}

void LogSink::append_notices() {
  const auto append_notice = [this](std::string_view event,
                                    std::initializer_list<LogField> fields) {
    const LogRecord record{LogLevel::warning, "log", event, {fields.begin(), fields.size()}};
    // Not bounded by the buffer: there are few, and they say what the buffer lost.
    waiting_ += format_log_line(options_.format, record, unix_ms_now()) + '\n';
  };
  if (untold_drops_ > 0) {
    append_notice("lines_dropped", {{"count", std::exchange(untold_drops_, 0)}});
  }
  if (!has_suppressed_) return;
  const auto suppressed = is_stopping_
                              ? throttle_.take_all_suppressed()
                              : throttle_.take_suppressed(std::chrono::steady_clock::now());
  for (const auto& lines : suppressed) {
    append_notice("lines_suppressed",
                  {{"of_area", lines.area}, {"of_event", lines.event}, {"count", lines.count}});
  }
  has_suppressed_ = throttle_.has_suppressed();
}

void LogSink::run() {
  block_signals();
  std::string writing;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto has_work = [this] { return is_stopping_ || !waiting_.empty(); };
    if (has_suppressed_) {
      // Their second must be over before they are told.
      wake_up_.wait_for(lock, std::chrono::seconds(1), has_work);
    } else {
      wake_up_.wait(lock, has_work);
    }
    append_notices();
    if (waiting_.empty() && is_stopping_) return;
    writing.clear();
    writing.swap(waiting_);
    lock.unlock();
    const bool is_out = write_out(writing);
    lock.lock();
    if (!is_out && is_stopping_) return;
  }
}

bool LogSink::write_out(std::string_view lines) {
  while (!lines.empty()) {
    if (!wait_until_writable()) break;
    // As much as a pipe that is writable takes without blocking.
    const auto piece = lines.substr(0, PIPE_BUF);
    const auto written =
        is_socket_
            ? send(options_.descriptor, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
            : ::write(options_.descriptor, piece.data(), piece.size());
    if (written >= 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      break;
    }
  }
  if (lines.empty()) return true;
  const auto lost = count_lines(lines);
  dropped_lines_ += lost;
  const std::lock_guard lock(mutex_);
  untold_drops_ += lost;
  return false;
}

bool LogSink::wait_until_writable() {
  while (true) {
    pollfd wanted{options_.descriptor, POLLOUT, 0};
    const auto ready = poll(&wanted, 1, poll_ms);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (!is_stopping_) continue;
    const auto now = std::chrono::steady_clock::now();
    if (!gives_up_at_) gives_up_at_ = now + options_.flush_timeout;
    if (now >= *gives_up_at_) return false;
  }
}

}  // namespace weir::gateway::app
