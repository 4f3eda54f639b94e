#include "gateway/net/timing_wheel.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace weir::gateway::net {
namespace {

std::size_t slot_of(std::uint64_t tick, std::size_t level) {
  return static_cast<std::size_t>(tick >> (8 * level)) & 0xFFU;
}

}  // namespace

void TimingWheel::Node::unlink() {
  if (!is_scheduled()) return;
  previous->next = next;
  next->previous = previous;
  previous = next = nullptr;
}

TimingWheel::TimingWheel(TimePoint start) : start_(start) {
  for (auto& level : levels_) {
    for (auto& head : level.heads) head.previous = head.next = &head;
  }
  due_.previous = due_.next = &due_;
}

TimingWheel::~TimingWheel() {
  for (auto& level : levels_) {
    for (auto& head : level.heads) clear(head);
  }
  clear(due_);
}

void TimingWheel::schedule(Node& node, TimePoint at) {
  node.unlink();
  const auto since_start = std::chrono::ceil<std::chrono::milliseconds>(at - start_).count();
  node.tick_ = since_start < 0 ? 0 : static_cast<std::uint64_t>(since_start);
  place(node);
}

std::optional<TimePoint> TimingWheel::next_wake_up() const {
  if (due_.next != &due_) return time_of(tick_);
  const auto tick = next_tick();
  if (!tick) return std::nullopt;
  return time_of(*tick);
}

std::optional<std::size_t> TimingWheel::find_occupied(const Level& level, std::size_t from) {
  constexpr std::size_t word_bits = 64;
  const auto& words = level.occupied;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    auto word = words[(from / word_bits + i) % words.size()];
    const auto low_bits = (std::uint64_t{1} << from % word_bits) - 1;
    if (i == 0) word &= ~low_bits;
    if (i == words.size()) word &= low_bits;
    for (; word != 0; word &= word - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(word));
      const auto slot = (from / word_bits + i) * word_bits + bit;
      const auto& head = level.heads[slot % slots];
      if (head.next != &head) return slot - from;
    }
  }
  return std::nullopt;
}

void TimingWheel::append(Link& head, Node& node) {
  node.previous = head.previous;
  node.next = &head;
  head.previous->next = &node;
  head.previous = &node;
}

void TimingWheel::clear(Link& head) {
  while (pop(head) != nullptr) {
  }
}

TimingWheel::Node* TimingWheel::pop(Link& head) {
  if (head.next == &head) return nullptr;
  auto* node = static_cast<Node*>(head.next);
  node->unlink();
  return node;
}

void TimingWheel::place(Node& node) {
  if (node.tick_ <= tick_) return append(due_, node);
  // What is farther away than the wheel reaches is looked at again when its last slot comes.
  constexpr std::uint64_t reach = std::uint64_t{slots - 1} << (slot_bits * (levels - 1));
  const auto tick = std::min(node.tick_, tick_ + reach);
  const auto distance = tick - tick_;
  std::size_t level = 0;
  while (distance >> (slot_bits * (level + 1)) != 0) ++level;
  const auto slot = slot_of(tick, level);
  append(levels_[level].heads[slot], node);
  levels_[level].occupied[slot / 64] |= std::uint64_t{1} << slot % 64;
}

void TimingWheel::take_slot(std::size_t level, std::uint64_t tick, Link& out) {
  const auto slot = slot_of(tick, level);
  auto& [heads, occupied] = levels_[level];
  occupied[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
  while (auto* node = pop(heads[slot])) append(out, *node);
}

std::optional<std::uint64_t> TimingWheel::next_tick() const {
  std::optional<std::uint64_t> next;
  for (std::size_t level = 0; level < levels; ++level) {
    const auto shift = slot_bits * level;
    const auto first = (tick_ >> shift) + 1;
    const auto distance = find_occupied(levels_[level], slot_of(first << shift, level));
    if (!distance) continue;
    const auto tick = (first + *distance) << shift;
    next = next ? std::min(*next, tick) : tick;
  }
  return next;
}

void TimingWheel::collect(TimePoint now, Link& expired) {
  expired.previous = expired.next = &expired;
  while (auto* node = pop(due_)) append(expired, *node);
  if (now < start_) return;
  const auto end = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(now - start_).count());
  while (tick_ < end) {
    const auto next = next_tick();
    tick_ = std::min(next.value_or(end), end);
    Link coarse;
    coarse.previous = coarse.next = &coarse;
    for (std::size_t level = 1; level < levels; ++level) {
      const bool is_begin = (tick_ & ((std::uint64_t{1} << slot_bits * level) - 1)) == 0;
      if (is_begin) take_slot(level, tick_, coarse);
    }
    while (auto* node = pop(coarse)) place(*node);
    take_slot(0, tick_, expired);
    while (auto* node = pop(due_)) append(expired, *node);
  }
}

TimePoint TimingWheel::time_of(std::uint64_t tick) const {
  return start_ + std::chrono::milliseconds(static_cast<std::int64_t>(tick));
}

}  // namespace weir::gateway::net
