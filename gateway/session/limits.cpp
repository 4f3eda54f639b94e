#include "gateway/session/limits.hpp"

#include "gateway/flow/scheduler.hpp"

#include <algorithm>

namespace weir::gateway::session {
namespace {

constexpr double burst_s = 0.25;  // of the limit, beside one delivery (SPEC.md, "Limits")

template <class Number>
Number lower_of(Number a, Number b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

}  // namespace

Ceilings stricter(const Ceilings& a, const Ceilings& b) {
  return {lower_of(a.bytes_per_s, b.bytes_per_s),
          lower_of(a.messages_per_s, b.messages_per_s),
          std::max(a.max_delay_ms, b.max_delay_ms)};
}

void OutputLimits::apply(const protocol::SessionWishes& wishes, TimePoint now) {
  if (wishes.bytes_per_s) wishes_.bytes_per_s = wishes.bytes_per_s;
  if (wishes.messages_per_s) wishes_.messages_per_s = wishes.messages_per_s;
  if (wishes.max_delay_ms) wishes_.max_delay_ms = wishes.max_delay_ms;
  if (wishes.window_bytes) {
    window_.set_size(*wishes.window_bytes);
    next_bytes_ = 1;
  }
  settle(now);
}

void OutputLimits::configure(const Ceilings& ceilings, TimePoint now) {
  configured_ = ceilings;
  settle(now);
}

void OutputLimits::restrict(const CeilingChange& change, TimePoint now) {
  own_.bytes_per_s = change.bytes_per_s.value_or(own_.bytes_per_s);
  own_.messages_per_s = change.messages_per_s.value_or(own_.messages_per_s);
  own_.max_delay_ms = change.max_delay_ms.value_or(own_.max_delay_ms);
  settle(now);
}

/// Makes the limits what wishes and ceilings come to.
void OutputLimits::settle(TimePoint now) {
  const Ceilings wish{wishes_.bytes_per_s.value_or(0),
                      wishes_.messages_per_s.value_or(0),
                      wishes_.max_delay_ms.value_or(0)};
  const auto effective = stricter(wish, stricter(configured_, own_));
  const auto bytes_per_s = static_cast<double>(effective.bytes_per_s);
  const auto messages_per_s = effective.messages_per_s;
  max_delay_ = milliseconds(effective.max_delay_ms);
  if (bytes_per_s != bytes_.rate()) bytes_.set_rate(bytes_per_s, bytes_per_s * burst_s, now);
  if (messages_per_s != messages_.rate())
    messages_.set_rate(messages_per_s, messages_per_s * burst_s, now);
  flush_at_ = std::min(flush_at_, now + max_delay_);
}

void OutputLimits::describe(protocol::EffectiveLimits& limits) const {
  limits.bytes_per_s = static_cast<std::uint64_t>(bytes_.rate());
  limits.messages_per_s = messages_.rate();
  limits.max_delay_ms = std::chrono::duration_cast<std::chrono::milliseconds>(max_delay_).count();
  limits.window_bytes = window_.size();
}

bool OutputLimits::fits_window(std::size_t payload_bytes) {
  const bool fits = window_.may_send(payload_bytes);
  next_bytes_ = fits ? 1 : payload_bytes;
  return fits;
}

std::size_t OutputLimits::page_bytes() const {
  constexpr std::size_t largest = flow::quantum_bytes;
  constexpr std::size_t smallest = 1024;
  constexpr double page_s = 0.125;
  if (!bytes_.is_limited()) return largest;
  return std::clamp(static_cast<std::size_t>(bytes_.rate() * page_s), smallest, largest);
}

void OutputLimits::on_delivered(const FrameBlock& frames, TimePoint now) {
  bytes_.charge(static_cast<double>(frames.bytes.size()), now);
  messages_.charge(frames.messages, now);
  window_.on_sent(frames.payload_bytes);
}

std::optional<TimePoint> OutputLimits::opens_at(TimePoint now) {
  if (!window_.may_send(next_bytes_)) return std::nullopt;
  std::optional<TimePoint> latest;
  for (const auto opens : {bytes_.opens_at(now), messages_.opens_at(now)}) {
    if (opens && (!latest || *opens > *latest)) latest = opens;
  }
  if (flush_at_ > now && (!latest || flush_at_ > *latest)) latest = flush_at_;
  return latest;
}

}  // namespace weir::gateway::session
