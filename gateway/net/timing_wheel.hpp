#pragma once

#include "gateway/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::gateway::net {

/// The deadlines of one shard's connections. Setting, moving and cancelling one takes constant time
/// and no memory: the nodes are part of the objects that wait. Deadlines are met at the next
/// millisecond or later, never early. It has no clock; the owner advances it.
class TimingWheel {
private:
  struct Link {
    Link* previous = nullptr;
    Link* next = nullptr;
  };

public:
  /// One deadline of one object, set or not. Leaves the wheel when it is destroyed.
  class Node : private Link {
  public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() { unlink(); }

    [[nodiscard]] bool is_scheduled() const { return next != nullptr; }

  private:
    friend TimingWheel;
    void unlink();

    std::uint64_t tick_ = 0;
  };

  explicit TimingWheel(TimePoint start);
  TimingWheel(const TimingWheel&) = delete;
  TimingWheel& operator=(const TimingWheel&) = delete;
  /// Nodes that are still scheduled are forgotten.
  ~TimingWheel();

  /// Sets or moves the node's deadline. One that has passed is met by the next `advance`.
  void schedule(Node& node, TimePoint at);
  void cancel(Node& node) { node.unlink(); }
  /// The deadline in whole milliseconds, rounded up; only while the node is scheduled.
  [[nodiscard]] TimePoint deadline(const Node& node) const { return time_of(node.tick_); }

  /// When to advance next: not after the earliest deadline, perhaps before it. nullopt: no node is
  /// scheduled.
  [[nodiscard]] std::optional<TimePoint> next_wake_up() const;

  /// Calls `on_expired(node)` for every node whose deadline has come, in order of the deadlines;
  /// the node is not scheduled any more. The calls may schedule, cancel and destroy nodes.
  template <class OnExpired>
  void advance(TimePoint now, OnExpired on_expired) {
    Link expired;
    collect(now, expired);
    while (auto* node = pop(expired)) on_expired(*node);
  }

private:
  static constexpr unsigned slot_bits = 8;
  static constexpr std::size_t slots = std::size_t{1} << slot_bits;
  static constexpr std::size_t levels = 3;

  struct Level {
    std::array<Link, slots> heads;
    std::array<std::uint64_t, slots / 64> occupied{};  ///< a bit may be left of an emptied slot
  };

  /// The first slot at or after `from` that holds a node, as a distance; nullopt: none does.
  [[nodiscard]] static std::optional<std::size_t> find_occupied(const Level& level,
                                                                std::size_t from);
  static void append(Link& head, Node& node);
  static void clear(Link& head);
  static Node* pop(Link& head);
  void place(Node& node);
  void take_slot(std::size_t level, std::uint64_t tick, Link& out);
  void collect(TimePoint now, Link& expired);
  [[nodiscard]] std::optional<std::uint64_t> next_tick() const;
  [[nodiscard]] TimePoint time_of(std::uint64_t tick) const;

  TimePoint start_;
  std::uint64_t tick_ = 0;  ///< milliseconds since the start that have been dealt with
  std::array<Level, levels> levels_{};
  Link due_;  ///< deadlines that had passed when they were set
};

}  // namespace weir::gateway::net
