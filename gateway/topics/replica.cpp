#include "gateway/topics/replica.hpp"

#include "gateway/topics/registry.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <vector>

namespace weir::gateway::topics {
namespace {

constexpr std::size_t entries_per_message_max = 256;

}  // namespace

void Outlet::send(LinkMessage message) {
  queue_.emplace_back(std::move(message));
}

void Outlet::follow(const Follow& request, Registry& registry) {
  filters_[request.filter] = request.generation;
  registry.visit_owned(request.filter, [this](Topic& topic) {
    if (!by_topic_.contains(&topic)) start_feed(topic);
  });
  send(Followed{request.filter, request.generation});
}

void Outlet::unfollow(const std::string& filter) {
  filters_.erase(filter);
  std::vector<FollowerCell*> ended;
  for (const auto& [topic, cell] : by_topic_) {
    if (protocol::matches(filter, topic->name()) && !is_wanted(*topic)) ended.push_back(cell.get());
  }
  for (auto* cell : ended) end_feed(*cell);
}

void Outlet::on_born(Topic& topic) {
  if (is_wanted(topic)) start_feed(topic);
}

void Outlet::on_gone(Topic& topic) {
  const auto found = by_topic_.find(&topic);
  if (found != by_topic_.end()) end_feed(*found->second);
}

void Outlet::on_due(FollowerCell& cell) {
  if (cell.is_due) return;
  cell.is_due = true;
  queue_.emplace_back(cell.feed);
}

void Outlet::pump() {
  while (!queue_.empty()) {
    auto& front = queue_.front();
    if (auto* message = std::get_if<LinkMessage>(&front)) {
      if (!port_->try_send(to_, *message)) return;
    } else if (const auto found = by_feed_.find(std::get<FeedNumber>(front));
               found != by_feed_.end()) {
      if (!send_feed(*found->second)) return;
      found->second->is_due = false;
    }
    queue_.pop_front();
  }
}

void Outlet::start_feed(Topic& topic) {
  auto cell = std::make_unique<FollowerCell>();
  cell->outlet = this;
  cell->topic = &topic;
  cell->feed = next_feed_++;
  topic.followers.push_back(cell.get());
  by_feed_[cell->feed] = cell.get();
  on_due(*cell);
  by_topic_[&topic] = std::move(cell);
}

void Outlet::end_feed(FollowerCell& cell) {
  std::erase(cell.topic->followers, &cell);
  by_feed_.erase(cell.feed);
  by_topic_.erase(cell.topic);
}

bool Outlet::is_wanted(const Topic& topic) const {
  return std::ranges::any_of(
      filters_, [&](const auto& filter) { return protocol::matches(filter.first, topic.name()); });
}

bool Outlet::send_feed(FollowerCell& cell) {
  const auto& topic = *cell.topic;
  const bool fell_off = !topic.log().retains_all_after(cell.cursor.offset);
  if (cell.number != topic.number() || fell_off) return send_image(cell);
  return send_entries(cell) && send_stale(cell);
}

bool Outlet::send_image(FollowerCell& cell) {
  const auto& topic = *cell.topic;
  LinkMessage message = TopicImage{cell.feed,
                                   topic.name(),
                                   std::make_shared<const LogImage>(topic.log().image()),
                                   topic.is_stale()};
  if (!port_->try_send(to_, message)) return false;
  cell.cursor = topic.log().head();
  cell.number = topic.number();
  cell.told_stale = topic.is_stale();
  return true;
}

bool Outlet::send_entries(FollowerCell& cell) {
  const auto& log = cell.topic->log();
  auto position = log.position_after(cell.cursor.offset);
  while (position < log.ring().size()) {
    FeedEntries feed{cell.feed, {}};
    const auto end = std::min(log.ring().size(), position + entries_per_message_max);
    for (; position < end; ++position) feed.entries.push_back(log.ring()[position]);
    const auto& last = *feed.entries.back();
    const Cursor reached{last.offset, last.index};
    LinkMessage message = std::move(feed);
    if (!port_->try_send(to_, message)) return false;
    cell.cursor = reached;
  }
  return true;
}

bool Outlet::send_stale(FollowerCell& cell) {
  if (cell.told_stale == cell.topic->is_stale()) return true;
  LinkMessage message = FeedStale{cell.feed, cell.topic->is_stale()};
  if (!port_->try_send(to_, message)) return false;
  cell.told_stale = cell.topic->is_stale();
  return true;
}

}  // namespace weir::gateway::topics
