#include "clients/cpp/window_sizer.hpp"

#include <algorithm>
#include <cmath>

namespace weir::clients::cpp {
namespace {

/// Data that waits for longer than `slow` behind the gateway: the window is too large, and is made
/// to hold what is handled in `aim`. Data that waits for less than `quick` while much of the window
/// is in use: the window may hold the gateway back.
constexpr Duration slow{500};
constexpr Duration aim{400};
constexpr Duration quick{200};
/// The least time between two measurements, unless the last one has changed the window. No divisor
/// of usual periods: an application that is busy each half second is to be seen at all its times.
constexpr Duration rest{430};

std::uint64_t clamped(double bytes) {
  const auto low = static_cast<double>(WindowSizer::bytes_min);
  const auto high = static_cast<double>(WindowSizer::bytes_max);
  return static_cast<std::uint64_t>(std::llround(std::clamp(bytes, low, high)));
}

}  // namespace

void WindowSizer::on_round_trip(Duration round_trip) {
  way_ = way_ ? std::min(*way_, round_trip) : round_trip;
}

bool WindowSizer::is_due(TimePoint now, std::uint64_t handled_bytes) const {
  if (in_force_ == 0 || current_ || (rest_until_ && now < *rest_until_)) return false;
  return handled_bytes - handled_at_last_ >= bytes_min;
}

void WindowSizer::on_ask(TimePoint now, std::uint64_t handled_bytes) {
  current_ = Measurement{now, handled_bytes, {}};
  handled_at_last_ = handled_bytes;
}

void WindowSizer::on_answer(TimePoint now, std::uint64_t received_bytes) {
  if (!current_) return;
  on_round_trip(std::chrono::duration_cast<Duration>(now - current_->asked_at));
  current_->received_before = received_bytes;
}

std::optional<std::uint64_t> WindowSizer::take_wish(TimePoint now, std::uint64_t handled_bytes) {
  if (!current_ || !current_->received_before) return std::nullopt;
  if (handled_bytes < *current_->received_before) return std::nullopt;
  const auto measured = *current_;
  current_.reset();
  const auto wish = wish_after(now - measured.asked_at, handled_bytes - measured.handled_before);
  const bool is_new = wish != asked_for_ && wish != in_force_;
  rest_until_ = is_new ? now : measured.asked_at + rest;
  if (!is_new) return std::nullopt;
  asked_for_ = wish;
  return wish;
}

std::uint64_t WindowSizer::wish_after(Milliseconds took, std::uint64_t handled_bytes) const {
  if (handled_bytes < bytes_min) return in_force_;  // too little to say
  const auto handled = static_cast<double>(handled_bytes);
  const auto window = static_cast<double>(in_force_);
  const Milliseconds way = way_.value_or(Duration(0));
  const bool is_in_use = handled >= window / 2;
  // While a window is in use, it is fuller at times than when the question was asked, just after an
  // acknowledgement.
  const auto waited = took * (is_in_use ? std::max(1.0, window / handled) : 1.0) - way;
  if (is_in_use && waited < quick) return clamped(window * 2);
  if (waited <= slow) return in_force_;
  return std::min(in_force_, clamped(handled * ((way + aim) / took)));
}

}  // namespace weir::clients::cpp
