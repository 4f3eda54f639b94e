#include "gateway/app/shard_link.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::app {
namespace {

std::size_t entries_in(const topics::LinkMessage& message) {
  std::size_t entries = 0;
  if (const auto* feed = std::get_if<topics::FeedEntries>(&message)) entries = feed->entries.size();
  if (const auto* image = std::get_if<topics::TopicImage>(&message)) {
    entries = image->image->ring.size();
  }
  return std::max<std::size_t>(entries, 1);
}

}  // namespace

ShardLink::ShardLink(ShardLinks& links, ShardIndex shard)
    : links_(links), shard_(shard), was_sent_(links.wake_ups_.size()) {
}

bool ShardLink::try_send(ShardIndex to, topics::LinkMessage& message) {
  if (!links_.door(shard_, to).try_push(message)) return false;
  was_sent_[to] = true;
  return true;
}

void ShardLink::wake_receivers() {
  for (ShardIndex to = 0; to < was_sent_.size(); ++to) {
    if (!was_sent_[to]) continue;
    was_sent_[to] = false;
    links_.wake_ups_[to]->signal();
  }
}

void ShardLink::take_room(const OnRoom& on_room) {
  for (ShardIndex to = 0; to < was_sent_.size(); ++to) {
    if (to != shard_ && links_.door(shard_, to).take_room()) on_room(to);
  }
}

bool ShardLink::take(std::size_t entries_max, const OnMessage& on_message) {
  const auto shards = static_cast<ShardIndex>(was_sent_.size());
  const auto first = next_from_;
  next_from_ = (next_from_ + 1) % shards;
  std::size_t entries = 0;
  bool has_more = false;
  for (ShardIndex i = 0; i < shards; ++i) {
    const auto from = (first + i) % shards;
    if (from == shard_) continue;
    auto& door = links_.door(from, shard_);
    bool has_taken = false;
    for (const auto* next = door.front(); next != nullptr; next = door.front()) {
      const auto more = entries_in(*next);
      if (entries > 0 && entries + more > entries_max) break;
      entries += more;
      topics::LinkMessage message;
      has_taken = door.try_pop(message);
      on_message(from, std::move(message));
    }
    if (has_taken && door.give_room()) links_.wake_ups_[from]->signal();
    has_more = has_more || door.size() > 0;
  }
  return has_more;
}

std::size_t ShardLink::waiting() const {
  std::size_t waiting = 0;
  for (ShardIndex from = 0; from < was_sent_.size(); ++from) {
    if (from != shard_) waiting += links_.door(from, shard_).size();
  }
  return waiting;
}

ShardLinks::ShardLinks(std::vector<adapters::common::WakeUp*> wake_ups, std::size_t door_messages)
    : wake_ups_(std::move(wake_ups)) {
  const auto shards = static_cast<ShardIndex>(wake_ups_.size());
  for (ShardIndex from = 0; from < shards; ++from) {
    for (ShardIndex to = 0; to < shards; ++to) {
      doors_.push_back(from == to ? nullptr : std::make_unique<LinkDoor>(door_messages));
    }
  }
  for (ShardIndex shard = 0; shard < shards; ++shard) {
    ends_.push_back(std::make_unique<ShardLink>(*this, shard));
  }
}

}  // namespace weir::gateway::app
