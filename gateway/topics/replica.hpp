#pragma once

#include "gateway/topics/link_message.hpp"
#include "gateway/topics/topic.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>

namespace weir::gateway::topics {

class Registry;
class Outlet;

/// Another shard's place in a topic that this shard owns: a cursor like any other cell.
struct FollowerCell {
  Outlet* outlet = nullptr;
  Topic* topic = nullptr;
  std::uint64_t feed = 0;
  Cursor cursor;
  protocol::TopicNumber number =
      0;  ///< life of the log that the last image was of; 0: none sent yet
  bool is_due = false;
  bool told_stale = false;
};

/// The owner's side of one door: what the other shard follows here, and what waits for room in the
/// door. Messages leave in the order in which they were queued; entries are pulled only when there
/// is room, so a slow shard costs its cursors. Owned by the hub.
class Outlet {
public:
  Outlet(ShardIndex to, LinkPort& port) : to_(to), port_(&port) {}
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;
  ~Outlet() = default;

  /// Queues a message behind everything that waits.
  void send(LinkMessage message);
  /// Starts feeds for all topics that match, then answers.
  void follow(const Follow& request, Registry& registry);
  /// Ends the feeds that no other filter of that shard wants.
  void unfollow(const std::string& filter);
  /// A topic was born here; starts a feed if the other shard follows a filter that matches.
  void on_born(Topic& topic);
  void on_gone(Topic& topic);
  void on_due(FollowerCell& cell);
  /// Sends while the door has room.
  void pump();

  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

private:
  using FeedNumber = std::uint64_t;

  void start_feed(Topic& topic);
  void end_feed(FollowerCell& cell);
  [[nodiscard]] bool is_wanted(const Topic& topic) const;
  /// False when the door is full.
  [[nodiscard]] bool send_feed(FollowerCell& cell);
  [[nodiscard]] bool send_image(FollowerCell& cell);
  [[nodiscard]] bool send_entries(FollowerCell& cell);
  [[nodiscard]] bool send_stale(FollowerCell& cell);

  ShardIndex to_;
  LinkPort* port_;
  FeedNumber next_feed_ = 1;
  std::map<std::string, std::uint64_t> filters_;  ///< with the generation of each
  std::unordered_map<const Topic*, std::unique_ptr<FollowerCell>> by_topic_;
  std::unordered_map<FeedNumber, FollowerCell*> by_feed_;
  std::deque<std::variant<LinkMessage, FeedNumber>> queue_;
};

}  // namespace weir::gateway::topics
