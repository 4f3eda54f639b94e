#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::gateway::net {

/// How much may be on its way to a client whose link does not take everything: half a second of
/// what the link has been taking, so that what waits longer waits where it can still be conflated.
/// What is on its way is what the kernel holds, sent or not, without the peer's acknowledgement.
/// Pure: samples of it and the time come in. Only for sockets that were unwritable; between two
/// samples the queue is thought to drain at the rate that was measured.
class LinkMeter {
public:
  static constexpr Duration span = std::chrono::milliseconds(500);
  static constexpr Duration sample_interval = std::chrono::milliseconds(250);

  /// The socket takes no more, and so many bytes are on their way.
  LinkMeter(std::size_t queued_bytes, TimePoint now);

  /// The kernel took more.
  void on_taken(std::size_t bytes) { taken_bytes_ += bytes; }
  [[nodiscard]] bool wants_sample(TimePoint now) const {
    return now >= sampled_at_ + sample_interval;
  }
  /// So many bytes are on their way.
  void on_sample(std::size_t queued_bytes, TimePoint now);

  /// How many bytes more may be on their way; 0: none until `opens_at`. At least 1 when nothing is,
  /// and no bound while the rate is unknown.
  [[nodiscard]] std::size_t room(TimePoint now) const;
  /// When there may be room again, or a sample may tell.
  [[nodiscard]] TimePoint opens_at(TimePoint now) const;
  /// Notes `opens_at`, because there is no room now.
  void hold(TimePoint now) { held_until_ = opens_at(now); }
  [[nodiscard]] TimePoint held_until() const { return held_until_; }
  /// The link has taken everything for a while: it needs no meter.
  [[nodiscard]] bool is_done() const { return empty_samples_ >= 2; }

private:
  [[nodiscard]] double queued(TimePoint now) const;
  [[nodiscard]] double queued_max() const;

  TimePoint sampled_at_;
  std::uint64_t queued_bytes_;     ///< at the last sample
  std::uint64_t taken_bytes_ = 0;  ///< since then
  TimePoint held_until_{};
  double bytes_per_s_ = 0;
  bool has_rate_ = false;
  std::uint8_t empty_samples_ = 0;  ///< one after the other
};

}  // namespace weir::gateway::net
