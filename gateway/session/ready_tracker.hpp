#pragma once

#include "gateway/session/subscription.hpp"
#include "gateway/topics/cell.hpp"

#include <unordered_map>
#include <vector>

namespace weir::gateway::session {

/// Finds the moment when every topic that matched a subscription at its beginning has been brought
/// to the head of that moment. Empty except while subscriptions begin. Owned by the session.
class ReadyTracker {
public:
  /// The subscription waits for this cell to reach the topic's present head.
  void expect(const topics::Cell& cell, Subscription& subscription);
  /// Subscriptions that waited for this cell last of all, now that it was served.
  [[nodiscard]] std::vector<Subscription*> on_served(const topics::Cell& cell);
  /// The cell goes away: nobody waits for it any more. Returns who has become ready by that.
  [[nodiscard]] std::vector<Subscription*> on_gone(const topics::Cell& cell);
  void forget(const Subscription& subscription);

private:
  struct Expected {
    Subscription* subscription;
    protocol::TopicNumber number;  ///< another life of the topic ends the wait
    protocol::Offset offset;
  };

  std::unordered_map<const topics::Cell*, std::vector<Expected>> expected_;
};

}  // namespace weir::gateway::session
