#pragma once

#include "adapters/common/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <weir/adapter.hpp>

namespace weir::adapters::common {

/// What clients have published and the broker has not confirmed yet. Confirmed: accepted. Given
/// back, or not taken: refused. The connection lost, or no answer in time: unknown.
class ConfirmBook {
public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t open_max = 1024;

  [[nodiscard]] bool is_full() const { return sends_.size() >= open_max; }
  /// It was written as the message `tag` of this connection; tags rise.
  void open(std::uint64_t tag, abi::PendingSend send, TimePoint deadline);
  void on_returned(const Returned& returned);
  void on_confirm(const Confirm& confirm);
  /// The connection is gone.
  void on_lost(std::string_view reason);
  void expire(TimePoint now);
  [[nodiscard]] std::size_t size() const { return sends_.size(); }

private:
  struct Send {
    abi::PendingSend pending;
    TimePoint deadline;
    std::string returned;  ///< why it was given back; empty: it was not
  };

  static void end(Send& send, bool is_taken);

  std::map<std::uint64_t, Send> sends_;  ///< by tag, so in the order of their deadlines, too
};

}  // namespace weir::adapters::common
