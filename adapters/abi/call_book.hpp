#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

namespace weir::adapters::abi {

/// The calls into one adapter that have not returned yet, for whoever wonders why nothing moves.
/// Thread-safe; outlives the adapter's instance.
class CallBook {
public:
  using Clock = std::chrono::steady_clock;

  struct Call {
    std::uint64_t number = 0;   ///< of all calls into this adapter, from 1
    std::string_view function;  ///< as in weir_adapter.h; a literal
    Clock::time_point since;
  };

  /// One call, from its begin to its return. `book` may be nullptr: then nobody wonders.
  class Running {
  public:
    Running(CallBook* book, std::string_view function)
        : book_(book), number_(book == nullptr ? 0 : book->begin(function)) {}
    ~Running() {
      if (book_ != nullptr) book_->end(number_);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    CallBook* book_;
    std::uint64_t number_;
  };

  /// The one that has run longest.
  [[nodiscard]] std::optional<Call> oldest() const {
    const std::lock_guard lock(mutex_);
    return running_.empty() ? std::nullopt : std::optional(running_.begin()->second);
  }

private:
  std::uint64_t begin(std::string_view function) {
    const std::lock_guard lock(mutex_);
    const Call call{.number = ++last_number_, .function = function, .since = Clock::now()};
    running_.emplace(call.number, call);
    return call.number;
  }
  void end(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    running_.erase(number);
  }

  mutable std::mutex mutex_;
  std::map<std::uint64_t, Call> running_;  ///< by number: in the order in which they began
  std::uint64_t last_number_ = 0;
};

}  // namespace weir::adapters::abi
