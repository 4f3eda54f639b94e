#pragma once

#include "adapters/amqp/ack_book.hpp"
#include "adapters/amqp/mapping.hpp"
#include "adapters/common/recent_ids.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// Whether the queue may have kept what came while we were away.
enum class Continuity : std::uint8_t { kept, lost };

/// From deliveries to entries, without the broker: what is handed in, what is waited with, what the
/// broker is told about each. A delivery is acknowledged when its entry has its offset. While the
/// gateway says slow down, deliveries are held here, at most `prefetch`, because the broker sends
/// no more before it is told about some. One thread, but for `resume`.
class Intake {
public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t batch_max = 64;
  /// Before what the gateway could not take for the moment is tried again.
  static constexpr std::chrono::milliseconds rest{250};

  /// `config` outlives it.
  Intake(const AmqpConfig& config, abi::Host host);

  /// A channel is open; its tags begin anew. What was handed in before, and has no receipt yet,
  /// stays known.
  void on_connected(Continuity continuity);
  /// It is gone: the broker will deliver again what it was not told about.
  void on_lost();
  /// False: the tag is not the next one.
  [[nodiscard]] bool on_delivery(Delivery delivery);
  void on_receipt(std::uint64_t receipt, const std::optional<protocol::Error>& error);
  /// Hands in what the gateway takes now.
  void pump(TimePoint now);
  /// Any thread: the end of slow down.
  void resume() { has_resumed_ = true; }

  [[nodiscard]] std::vector<Settlement> take_settlements() { return book_.take(); }
  /// When to pump again, whatever else happens; nullopt: no need.
  [[nodiscard]] std::optional<TimePoint> wake_at() const;
  [[nodiscard]] std::size_t held() const { return held_.size(); }

private:
  struct Held {
    Delivery delivery;
    bool is_done = false;
  };
  /// An entry that was handed in and has no receipt yet.
  struct Pending {
    std::uint32_t connection = 0;
    std::uint64_t tag = 0;
    std::string topic;
    std::string message_id;
  };
  struct InBatch {
    MappedEntry entry;
    Held* held = nullptr;
  };

  [[nodiscard]] bool can_publish(TimePoint now);
  void collect();
  void publish(TimePoint now);
  void note_taken(const InBatch& item);
  void reject(Held& held, const protocol::Error& error);
  void count_bad(const std::string& what, const protocol::Error& error);
  [[nodiscard]] bool tell_gaps(TimePoint now);

  abi::Host host_;
  Mapping mapping_;
  AckBook book_;
  common::RecentIds recent_;
  std::deque<Held> held_;
  std::array<InBatch, batch_max> batch_;
  std::vector<weir_publication> publications_;          ///< of the batch
  std::unordered_map<std::uint64_t, Pending> pending_;  ///< by receipt
  std::unordered_set<std::string> topics_;              ///< that have got anything
  std::deque<std::string> due_gaps_;                    ///< topics that have lost something
  std::uint64_t last_receipt_ = 0;
  std::uint32_t connection_ = 0;
  std::uint64_t bad_messages_ = 0;
  std::optional<TimePoint> rests_until_;
  bool needs_rest_ = false;
  bool is_paused_ = false;  ///< by the gateway
  std::atomic<bool> has_resumed_ = false;
};

}  // namespace weir::adapters::amqp
