#include "tests/support/chaos/pipe.hpp"

#include <algorithm>

namespace weir::tests::chaos {

void Pipe::take(std::string_view bytes, Clock::time_point now) {
  if (bytes.empty() || end_) return;
  auto due = now + faults_->delay;
  if (faults_->jitter > Clock::duration{}) {
    due += Clock::duration(random_->below(static_cast<std::uint64_t>(faults_->jitter.count())));
  }
  if (!parts_.empty()) due = std::max(due, parts_.back().due);
  parts_.push_back({std::string(bytes), due});
  held_bytes_ += bytes.size();
}

void Pipe::end(StreamEnd how) {
  if (!end_) end_ = how;
}

std::string_view Pipe::ready(Clock::time_point now) const {
  const auto at = ready_at();
  if (!at || *at > now) return {};
  auto bytes = std::string_view(parts_.front().bytes).substr(offset_);
  auto most = bytes.size();
  if (faults_->split_bytes > 0) most = std::min(most, faults_->split_bytes);
  // A tenth of a second's worth at once: what is finer than that no test asks for.
  if (faults_->bytes_per_s > 0) most = std::min<std::size_t>(most, faults_->bytes_per_s / 10 + 1);
  return bytes.substr(0, most);
}

void Pipe::sent(std::size_t bytes, Clock::time_point now) {
  held_bytes_ -= bytes;
  offset_ += bytes;
  if (offset_ == parts_.front().bytes.size()) {
    parts_.pop_front();
    offset_ = 0;
  }
  if (faults_->bytes_per_s == 0) return;
  const std::chrono::duration<double> carried(static_cast<double>(bytes) /
                                              static_cast<double>(faults_->bytes_per_s));
  free_at_ = std::max(free_at_, now) + std::chrono::duration_cast<Clock::duration>(carried);
}

std::optional<Clock::time_point> Pipe::ready_at() const {
  if (parts_.empty() || faults_->is_held) return std::nullopt;
  const auto due = parts_.front().due;
  return faults_->bytes_per_s > 0 ? std::max(due, free_at_) : due;
}

std::optional<StreamEnd> Pipe::end_behind_all() const {
  return held_bytes_ == 0 && !faults_->is_held ? end_ : std::nullopt;
}

}  // namespace weir::tests::chaos
