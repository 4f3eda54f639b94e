#include "adapters/amqp/replay_channels.hpp"

#include <iterator>
#include <utility>

namespace weir::adapters::amqp {

ReplayChannels::ReplayChannels(const StreamConfig& config, StreamLink& link)
    : config_(config), link_(link) {
  for (std::uint16_t i = 0; i < channel_count; ++i)
    free_.push_back(static_cast<std::uint16_t>(first_channel + i));
}

void ReplayChannels::put(std::unique_ptr<StreamReplay> replay) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(replay));
}

void ReplayChannels::resume() {
  const std::lock_guard lock(mutex_);
  has_resumed_ = true;
}

ReplayChannels::Done ReplayChannels::begin(const std::string& epoch) {
  Replays beginning;
  {
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty() && beginning.size() < free_.size()) {
      beginning.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (auto& replay : beginning) {
    if (replay->epoch() != epoch) {
      replay->fail("the stream has another epoch");
      continue;
    }
    const auto channel = free_.front();
    free_.pop_front();
    auto done = link_.consume(channel, replay->start(), prefetch);
    if (done) {
      reading_.emplace(channel, std::move(replay));
      continue;
    }
    free_.push_back(channel);
    if (link_.is_open()) {
      replay->fail(done.error());
      continue;
    }
    // It has done nothing yet, so it can wait for the next connection.
    const std::lock_guard lock(mutex_);
    for (auto& other : beginning) {
      if (other && !other->is_done()) waiting_.push_back(std::move(other));
    }
    return done;
  }
  return {};
}

void ReplayChannels::on_event(StreamEvent event) {
  const auto found = reading_.find(event.channel);
  if (found == reading_.end()) return;
  if (event.message) return found->second->on_message(*std::move(event.message));
  found->second->fail(event.reason);
  free_.push_back(event.channel);
  reading_.erase(found);
}

ReplayChannels::Done ReplayChannels::pump() {
  const bool has_resumed = [this] {
    const std::lock_guard lock(mutex_);
    return std::exchange(has_resumed_, false);
  }();
  for (auto it = reading_.begin(); it != reading_.end();) {
    const auto channel = it->first;
    auto& replay = *it->second;
    if (has_resumed) replay.resume();
    replay.pump();
    if (!replay.is_done()) {
      const auto tag = replay.take_acknowledgement();
      if (tag != 0) {
        if (auto done = link_.acknowledge(channel, tag); !done) return done;
      }
      ++it;
      continue;
    }
    it = reading_.erase(it);
    free_.push_back(channel);
    if (auto done = link_.end(channel); !done) return done;
  }
  return {};
}

void ReplayChannels::on_lost() {
  const std::lock_guard lock(mutex_);
  for (auto& [channel, replay] : reading_) {
    replay->on_lost();
    waiting_.push_back(std::move(replay));
    free_.push_back(channel);
  }
  reading_.clear();
}

}  // namespace weir::adapters::amqp
