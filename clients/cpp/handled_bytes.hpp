#pragma once

#include "clients/cpp/time.hpp"

#include <cstdint>
#include <optional>

namespace weir::clients::cpp {

/// Counts the delivery bytes that the application has handled on one connection and says when to
/// acknowledge them: at a quarter of the window, so that the gateway never has to wait, and
/// otherwise soon.
class HandledBytes {
public:
  /// How long handled bytes may wait for more before they are acknowledged.
  static constexpr Duration flush_after{250};

  /// 0: there is no window, so nothing to acknowledge.
  void set_window(std::uint64_t window_bytes) { window_bytes_ = window_bytes; }
  /// Bytes of a delivery have come; `add` follows once it is handled.
  void receive(std::uint64_t bytes) { received_ += bytes; }
  void add(TimePoint now, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t handled() const { return handled_; }
  [[nodiscard]] TimePoint deadline() const;
  /// The total to acknowledge now, once; none when that can wait.
  [[nodiscard]] std::optional<std::uint64_t> take_due(TimePoint now);

private:
  std::uint64_t window_bytes_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t handled_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::optional<TimePoint> waiting_since_;
};

}  // namespace weir::clients::cpp
