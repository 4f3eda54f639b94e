#pragma once

#include "clients/cpp/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace weir::clients::cpp {

/// The gateway's clock, estimated from pings: of the last few the one that was quickest says best.
class ServerClock {
public:
  struct Pong {
    TimePoint asked_at{};
    TimePoint answered_at{};
    std::int64_t unix_ms = 0;  ///< the gateway's, somewhere between the two
  };

  void on_pong(const Pong& pong);
  /// Unix milliseconds at the gateway; none before the first pong.
  [[nodiscard]] std::optional<std::int64_t> unix_ms(TimePoint now) const;
  /// Of the quickest of the last few pings.
  [[nodiscard]] std::optional<Duration> round_trip() const;
  /// Another gateway may have another clock.
  void reset() { pongs_.clear(); }

private:
  [[nodiscard]] const Pong* best() const;

  std::vector<Pong> pongs_;  ///< oldest first
};

}  // namespace weir::clients::cpp
