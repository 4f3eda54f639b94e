#include "gateway/net/link_meter.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace weir::gateway::net {
namespace {

/// What a link is given at least that has taken all: as much as a new connection.
constexpr double restart_bytes_per_s = 32.0 * 1024;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

LinkMeter::LinkMeter(std::size_t queued_bytes, TimePoint now)
    : sampled_at_(now), queued_bytes_(queued_bytes) {
}

void LinkMeter::on_sample(std::size_t queued_bytes, TimePoint now) {
  assert(now > sampled_at_);
  const auto held = queued_bytes_ + taken_bytes_;
  const auto acknowledged = held - std::min<std::uint64_t>(held, queued_bytes);
  const auto measured = static_cast<double>(acknowledged) / seconds(now - sampled_at_);
  // Where more went than was there in the beginning, the link may have had nothing to do for a
  // while: it can do at least so much.
  const bool was_busy = acknowledged <= queued_bytes_ && queued_bytes > 0;
  if (was_busy && !has_rate_) {
    has_rate_ = true;
    bytes_per_s_ = measured;
  } else if (was_busy || (has_rate_ && measured > bytes_per_s_)) {
    bytes_per_s_ = (bytes_per_s_ + measured) / 2;
  }
  empty_samples_ = queued_bytes == 0 ? empty_samples_ + 1 : 0;
  // It could have taken more than it was given. A reader that stood still is soon itself again.
  if (queued_bytes == 0) bytes_per_s_ = std::max(2 * bytes_per_s_, restart_bytes_per_s);
  queued_bytes_ = queued_bytes;
  taken_bytes_ = 0;
  sampled_at_ = now;
}

std::size_t LinkMeter::room(TimePoint now) const {
  if (!has_rate_) return std::numeric_limits<std::size_t>::max();
  const auto on_its_way = queued(now);
  const auto most = queued_max();
  // Below the half, so that a write is worth its call, and what goes beyond by a frame is little.
  if (on_its_way > most / 2) return 0;
  return static_cast<std::size_t>(std::max(most - on_its_way, 1.0));
}

TimePoint LinkMeter::opens_at(TimePoint now) const {
  const auto excess = queued(now) - queued_max() / 2;
  const auto next_sample = std::max(sampled_at_ + sample_interval, now + milliseconds(1));
  if (excess >= bytes_per_s_ * seconds(sample_interval)) return next_sample;
  const std::chrono::duration<double> drained{excess / bytes_per_s_};
  return std::min(next_sample,
                  now + milliseconds(1) + std::chrono::duration_cast<Duration>(drained));
}

double LinkMeter::queued(TimePoint now) const {
  const auto held = static_cast<double>(queued_bytes_ + taken_bytes_);
  return std::max(held - bytes_per_s_ * seconds(now - sampled_at_), 0.0);
}

double LinkMeter::queued_max() const {
  return bytes_per_s_ * seconds(span);
}

}  // namespace weir::gateway::net
