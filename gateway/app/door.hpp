#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weir::gateway::app {

/// A bounded queue from one thread to one other, without locks. Whoever was refused is told once
/// when there is room again. Wakes nobody: that is the owner's.
template <class T>
class Door {  // NOLINT(clang-analyzer-optin.performance.Padding): two cache lines, see head_
public:
  /// Shape:  `capacity` is rounded up to a power of two.
  explicit Door(std::size_t capacity) : slots_(std::bit_ceil(capacity)) {}

  // The sender's thread

  /// False when the door is full: `item` is untouched, and `take_room` will say when to try again.
  [[nodiscard]] bool try_push(T& item) {
    const auto tail = tail_.load(std::memory_order_relaxed);
    if (is_full(tail)) {
      room_.store(Room::wanted);
      // The receiver may have made room before it could see the wish; then it stays for nothing.
      if (is_full(tail)) return false;
    }
    slots_[tail & (slots_.size() - 1)] = std::move(item);
    tail_.store(tail + 1);
    return true;
  }
  /// True once after a refusal, when there is room again; seldom without a refusal.
  [[nodiscard]] bool take_room() {
    if (room_.load(std::memory_order_relaxed) != Room::given) return false;
    room_.store(Room::none);
    return true;
  }

  // The receiver's thread

  /// What `try_pop` would give; nullptr: nothing. Stays where it is.
  [[nodiscard]] const T* front() const {
    const auto head = head_.load(std::memory_order_relaxed);
    return head == tail_.load() ? nullptr : &slots_[head & (slots_.size() - 1)];
  }
  [[nodiscard]] bool try_pop(T& item) {
    const auto head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load()) return false;
    // Leaves an empty item behind, so that nothing lives longer in the door than on its way.
    item = std::exchange(slots_[head & (slots_.size() - 1)], T{});
    head_.store(head + 1);
    return true;
  }
  /// After taking: true if the sender was refused, and must be woken now that there is room.
  [[nodiscard]] bool give_room() {
    auto wanted = Room::wanted;
    return room_.load() == Room::wanted && room_.compare_exchange_strong(wanted, Room::given);
  }

  // Any thread

  /// Exact for sender and receiver while the other one rests.
  [[nodiscard]] std::size_t size() const {
    const auto head = head_.load();
    return static_cast<std::size_t>(tail_.load() - head);
  }

private:
  enum class Room : std::uint8_t { none, wanted, given };

  [[nodiscard]] bool is_full(std::uint64_t tail) const {
    return tail - head_.load() == slots_.size();
  }

  static constexpr std::size_t cache_line = 64;

  std::vector<T> slots_;
  std::atomic<std::uint64_t> tail_ = 0;  ///< of what was pushed ever
  std::atomic<Room> room_ = Room::none;
  /// Apart from what the sender writes, so that the two do not slow each other down.
  alignas(cache_line) std::atomic<std::uint64_t> head_ = 0;  ///< of what was taken ever
};

}  // namespace weir::gateway::app
