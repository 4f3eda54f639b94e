#include "gateway/topics/topic.hpp"

#include "gateway/topics/replica.hpp"

namespace weir::gateway::topics {

Topic::Topic(std::string name, protocol::TopicNumber number, TopicLog log, const TopicRule& rule)
    : name_(std::move(name)), number_(number), log_(std::move(log)), rule_(&rule) {
}

void Topic::append(protocol::EntryPtr entry) {
  log_.append(std::move(entry));
  wake_all();
}

void Topic::replace(TopicLog log, protocol::TopicNumber number) {
  log_ = std::move(log);
  number_ = number;
  wake_all();
}

void Topic::set_stale(bool stale) {
  if (is_stale_ == stale) return;
  is_stale_ = stale;
  wake_all();
}

void Topic::wake_all() {
  for (auto& frames : hot_frames_) frames = {};
  while (auto* cell = caught_up_.pop()) cell->owner->on_due(*cell);
  for (auto* follower : followers) follower->outlet->on_due(*follower);
}

const FrameBlock* Topic::find_hot(protocol::Offset from,
                                  protocol::Offset to,
                                  std::uint32_t variant) const {
  for (const auto& hot : hot_frames_) {
    if (hot.to == to && hot.from == from && hot.variant == variant && hot.frames.bytes)
      return &hot.frames;
  }
  return nullptr;
}

void Topic::keep_hot(HotFrames frames) {
  hot_frames_.at(next_hot_) = std::move(frames);
  next_hot_ = (next_hot_ + 1) % hot_frames_.size();
}

}  // namespace weir::gateway::topics
