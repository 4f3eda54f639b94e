#pragma once

#include "adapters/common/message.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <weir/adapter.hpp>

namespace weir::adapters::common {

/// What clients have published and no broker was given yet. Whoever leaves it unsent was refused:
/// the broker does not have it. Any thread.
class Outbox {
public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t waiting_max = 1024;

  struct Item {
    abi::PendingSend pending;
    OutgoingMessage message;
    TimePoint deadline;
  };

  /// Refused while it is shut, or full.
  void put(Item item);
  [[nodiscard]] std::optional<Item> take();
  void expire(TimePoint now);
  /// A broker is there.
  void open();
  /// There is none, because of `reason`: refuses what waits and what will come.
  void shut(std::string_view reason);

private:
  std::mutex mutex_;
  std::deque<Item> items_;
  bool is_open_ = false;
  std::string reason_ = "no broker is connected yet";
};

}  // namespace weir::adapters::common
