#pragma once

#include "gateway/topics/link_message.hpp"
#include "tests/sim/event_queue.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/support/random.hpp"

#include <deque>
#include <functional>
#include <vector>

namespace weir::tests::sim {

/// The doors of one shard to the others: each holds so many messages, keeps their order and takes
/// its time.
class Doors final : public gateway::topics::LinkPort {
public:
  using Message = gateway::topics::LinkMessage;
  struct Hooks {
    std::function<void(gateway::ShardIndex to, Message&&)> arrive;
    std::function<void(gateway::ShardIndex to)> has_room;
  };

  Doors(const Scenario& scenario, EventQueue& queue, Random& random, Hooks hooks)
      : scenario_(&scenario),
        queue_(&queue),
        random_(&random),
        hooks_(std::move(hooks)),
        doors_(scenario.shards) {}

  bool try_send(gateway::ShardIndex to, Message& message) override {
    auto& door = doors_.at(to);
    if (door.messages.empty() && !door.was_full) door.arrived_until = queue_->now();
    if (door.messages.size() >= scenario_->door_capacity) {
      door.is_wanted = door.was_full = true;
      return false;
    }
    door.messages.push_back(std::move(message));
    const auto delay_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(scenario_->door_delay_max).count());
    const auto arrives = queue_->now() + std::chrono::microseconds(random_->below(delay_us));
    door.last = arrives > door.last ? arrives : door.last;
    queue_->at(door.last, [this, to] { arrive(to); });
    return true;
  }

  /// Everything that this shard had for the other one before then has arrived.
  [[nodiscard]] TimePoint arrived_until(gateway::ShardIndex to) const {
    const auto& door = doors_.at(to);
    return door.messages.empty() && !door.was_full ? queue_->now() : door.arrived_until;
  }

private:
  struct Door {
    std::deque<Message> messages;
    TimePoint last{};
    bool is_wanted = false;
    bool was_full = false;  ///< and so the shard may have more than is in here
    TimePoint arrived_until{};
  };

  void arrive(gateway::ShardIndex to) {
    auto& door = doors_.at(to);
    auto message = std::move(door.messages.front());
    door.messages.pop_front();
    hooks_.arrive(to, std::move(message));
    if (std::exchange(door.is_wanted, false)) hooks_.has_room(to);
    if (door.messages.empty()) door.was_full = false;
  }

  const Scenario* scenario_;
  EventQueue* queue_;
  Random* random_;
  Hooks hooks_;
  std::vector<Door> doors_;
};

}  // namespace weir::tests::sim
