#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/core/time.hpp"
#include "gateway/flow/token_bucket.hpp"
#include "gateway/flow/window.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/event.hpp"

#include <optional>

namespace weir::gateway::session {

/// What the operator says of one session's output, at one of the places where that can be said.
struct Ceilings {
  std::uint64_t bytes_per_s = 0;  ///< at most, 0: no ceiling
  double messages_per_s = 0;      ///< at most, 0: no ceiling
  std::int64_t max_delay_ms = 0;  ///< at least: a client may ask for more, not for less; 0: none
  friend bool operator==(const Ceilings&, const Ceilings&) = default;
};

/// What holds where both are said: the lower of two ceilings, the longer of two delays.
[[nodiscard]] Ceilings stricter(const Ceilings& a, const Ceilings& b);

/// A change of ceilings while running; what is absent stays as it is, 0 takes it away.
struct CeilingChange {
  std::optional<std::uint64_t> bytes_per_s{};
  std::optional<double> messages_per_s{};
  std::optional<std::int64_t> max_delay_ms{};
};

/// The limits in force on one session's output: the lower of the client's wish and the operator's
/// ceilings. Changeable while running; what has been sent stays charged.
class OutputLimits {
public:
  /// `ceilings`: those of the config.
  explicit OutputLimits(Ceilings ceilings) : configured_(ceilings) {}

  /// Replaces the ceilings of the config, because it is another client's session now.
  void configure(const Ceilings& ceilings, TimePoint now);
  /// What the wishes leave out stays as it is; 0 takes a limit away.
  void apply(const protocol::SessionWishes& wishes, TimePoint now);
  /// Changes the ceilings that the operator gives this session beside those of the config.
  void restrict(const CeilingChange& change, TimePoint now);
  /// The ceilings that `restrict` has given.
  [[nodiscard]] const Ceilings& own_ceilings() const { return own_; }
  /// The output limits' part of what the client is told.
  void describe(protocol::EffectiveLimits& limits) const;

  [[nodiscard]] bool may_deliver(TimePoint now) {
    return bytes_.may_go(now) && messages_.may_go(now) && now >= flush_at_ &&
           window_.may_send(next_bytes_);
  }
  /// Whether the window takes a delivery of this size; where it does not, `may_deliver` waits until
  /// it would.
  [[nodiscard]] bool fits_window(std::size_t payload_bytes);
  /// Whether deliveries must be looked at one by one.
  [[nodiscard]] bool is_limited() const {
    return bytes_.is_limited() || messages_.is_limited() || window_.size() > 0;
  }
  /// How large a page of a table may be: one that the bandwidth takes at once.
  [[nodiscard]] std::size_t page_bytes() const;
  void on_delivered(const FrameBlock& frames, TimePoint now);
  /// Replies, heartbeats and the like are charged and never delayed.
  void on_control(std::size_t frame_bytes, TimePoint now) {
    bytes_.charge(static_cast<double>(frame_bytes), now);
  }
  /// Delivery bytes that are on their way, or with the client, and not acknowledged; 0 without a
  /// window.
  [[nodiscard]] std::uint64_t window_used() const { return window_.used(); }
  void on_acknowledged(std::uint64_t total) { window_.on_acknowledged(total); }
  /// A write with deliveries ends here; the next waits for `max_delay`.
  void on_write(TimePoint now) { flush_at_ = now + max_delay_; }

  /// When time alone will let deliveries go again; none while they may, or while the window is what
  /// holds them.
  [[nodiscard]] std::optional<TimePoint> opens_at(TimePoint now);

private:
  void settle(TimePoint now);

  Ceilings configured_;
  Ceilings own_;
  protocol::SessionWishes wishes_;
  flow::TokenBucket bytes_;
  flow::TokenBucket messages_;
  flow::Window window_;
  std::uint64_t next_bytes_ =
      1;  ///< what the window must take before it is worth while to try again
  Duration max_delay_{};
  TimePoint flush_at_{};
};

}  // namespace weir::gateway::session
