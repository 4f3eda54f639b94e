#include "tests/sim/limit_oracle.hpp"

#include <fmt/format.h>
#include <initializer_list>

namespace weir::tests::sim {

using gateway::TimePoint;
using protocol::EffectiveLimits;

namespace {

template <class Number>
Number lowest(std::initializer_list<Number> limits) {
  Number lowest = 0;
  for (const auto limit : limits) {
    if (limit > 0 && (lowest == 0 || limit < lowest)) lowest = limit;
  }
  return lowest;
}

void check_same(const EffectiveLimits& told, const EffectiveLimits& due) {
  require(told.bytes_per_s == due.bytes_per_s && told.messages_per_s == due.messages_per_s &&
              told.max_delay_ms == due.max_delay_ms && told.window_bytes == due.window_bytes,
          Promise::limits,
          fmt::format(
              "{} bytes/s, {} messages/s, {} ms, a window of {} are told; due are {}, {}, {}, {}",
              told.bytes_per_s,
              told.messages_per_s,
              told.max_delay_ms,
              told.window_bytes,
              due.bytes_per_s,
              due.messages_per_s,
              due.max_delay_ms,
              due.window_bytes));
}

}  // namespace

LimitOracle::LimitOracle(const gateway::session::Ceilings& configured, TimePoint now)
    : configured_(configured) {
  set(due(), now);
}

EffectiveLimits LimitOracle::due() const {
  EffectiveLimits due;
  due.bytes_per_s =
      lowest({wishes_.bytes_per_s.value_or(0), configured_.bytes_per_s, own_.bytes_per_s});
  due.messages_per_s =
      lowest({wishes_.messages_per_s.value_or(0), configured_.messages_per_s, own_.messages_per_s});
  due.max_delay_ms =
      std::max({wishes_.max_delay_ms.value_or(0), configured_.max_delay_ms, own_.max_delay_ms});
  due.window_bytes = wishes_.window_bytes.value_or(0);
  return due;
}

void LimitOracle::set(const EffectiveLimits& limits, TimePoint now) {
  bytes_.set(static_cast<double>(limits.bytes_per_s), now);
  messages_.set(limits.messages_per_s, now);
  max_delay_ms_ = limits.max_delay_ms;
  window_ = limits.window_bytes;
}

void LimitOracle::on_wishes(const protocol::SessionWishes& wishes) {
  if (wishes.bytes_per_s) wishes_.bytes_per_s = wishes.bytes_per_s;
  if (wishes.messages_per_s) wishes_.messages_per_s = wishes.messages_per_s;
  if (wishes.max_delay_ms) wishes_.max_delay_ms = wishes.max_delay_ms;
  if (wishes.window_bytes) wishes_.window_bytes = wishes.window_bytes;
}

void LimitOracle::on_restricted(const gateway::session::CeilingChange& change) {
  const auto before = due();
  if (change.bytes_per_s) own_.bytes_per_s = *change.bytes_per_s;
  if (change.messages_per_s) own_.messages_per_s = *change.messages_per_s;
  if (change.max_delay_ms) own_.max_delay_ms = *change.max_delay_ms;
  if (due() != before) untold_.push_back(due());
}

void LimitOracle::on_reply(const EffectiveLimits& told, const EffectiveLimits& due, TimePoint now) {
  check_same(told, due);
  set(told, now);
}

void LimitOracle::on_event(const EffectiveLimits& told, TimePoint now) {
  require(!untold_.empty(), Promise::limits, "a change is told that nobody made");
  check_same(told, untold_.front());
  untold_.pop_front();
  set(told, now);
}

void LimitOracle::check_told() const {
  require(untold_.empty(), Promise::limits, "the operator's change has not been told");
}

void LimitOracle::on_control(std::size_t frame_bytes, TimePoint now) {
  bytes_.use(static_cast<double>(frame_bytes), now);
}

void LimitOracle::on_delivery(std::size_t frame_bytes, std::size_t payload_bytes, TimePoint now) {
  check_told();
  require(bytes_.is_open(now), Promise::limits, "more bytes than bytes_per_s allows");
  require(messages_.is_open(now), Promise::limits, "more messages than messages_per_s allows");
  require(
      window_ == 0 || sent_ == acknowledged_ || sent_ - acknowledged_ + payload_bytes <= window_,
      Promise::limits,
      "more than the window is not acknowledged");
  bytes_.use(static_cast<double>(frame_bytes), now);
  messages_.use(1, now);
  sent_ += payload_bytes;
}

}  // namespace weir::tests::sim
