#pragma once

#include "adapters/common/ack_book.hpp"
#include "adapters/common/demand_set.hpp"
#include "adapters/common/message_mapping.hpp"
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
#include <utility>
#include <variant>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::common {

/// Whether the broker may have kept what came while we were away.
enum class Continuity : std::uint8_t { kept, lost };

/// Whether the broker wants to know what became of each message.
enum class Acknowledgements : std::uint8_t {
  wanted,  ///< it delivers again what it was not told about
  none,    ///< what was read is ours: nobody delivers it again
};

/// From messages to entries, without the broker: what is handed in, what is waited with, what the
/// broker is told about each. A message is acknowledged when its entry has its offset. While the
/// gateway says slow down, messages are held here: the broker sends no more before it is told about
/// some, or nobody reads more while `is_full`. One thread, but for `resume`.
class Intake {
public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t batch_max = 64;
  /// What is held before it is full, without acknowledgements.
  static constexpr std::size_t held_messages_max = 1024;
  static constexpr std::size_t held_bytes_max = std::size_t{4} << 20U;
  /// Before what the gateway could not take for the moment is tried again.
  static constexpr std::chrono::milliseconds rest{250};

  struct Options {
    const MappingConfig& mapping;    ///< outlives it
    std::size_t remembered_ids = 0;  ///< of messages that may come again
    Acknowledgements acknowledgements = Acknowledgements::wanted;
    const DemandSet& demand;  ///< outlives it
  };

  Intake(const Options& options, abi::Host host);

  /// A channel is open; its tags begin anew. What was handed in before, and has no receipt yet,
  /// stays known.
  void on_connected(Continuity continuity);
  /// It is gone: the broker will deliver again what it was not told about.
  void on_lost();
  /// False: the tag is not the next one.
  [[nodiscard]] bool on_message(Message message);
  /// Each topic that has got anything gets a gap, behind what came before the loss.
  void on_loss(Loss loss);
  void on_receipt(std::uint64_t receipt, const std::optional<protocol::Error>& error);
  /// Hands in what the gateway takes now.
  void pump(TimePoint now);
  /// Any thread: the end of slow down.
  void resume() { has_resumed_ = true; }

  [[nodiscard]] std::vector<Settlement> take_settlements() { return book_.take(); }
  /// When to pump again, whatever else happens; nullopt: no need.
  [[nodiscard]] std::optional<TimePoint> wake_at() const;
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  /// Nothing more should be read for now.
  [[nodiscard]] bool is_full() const;

private:
  struct Held {
    std::variant<Message, Loss> what;
    bool is_done = false;

    [[nodiscard]] Message& message() { return std::get<Message>(what); }
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
  struct DueGap {
    std::string topic;
    weir_cause cause = WEIR_CAUSE_SOURCE;
  };

  [[nodiscard]] bool can_publish(TimePoint now);
  void collect();
  [[nodiscard]] bool is_known(const Message& message, const std::string& topic);
  void publish(TimePoint now);
  void note_taken(const InBatch& item);
  void settle(const Pending& pending, Verdict verdict);
  void finish(Held& held, Verdict verdict);
  void reject(Held& held, const protocol::Error& error);
  void drop_done();
  void count_bad(const std::string& what, const protocol::Error& error);
  void begin_gaps(const Loss& loss);
  [[nodiscard]] bool tell_gaps(TimePoint now);

  abi::Host host_;
  Acknowledgements acknowledgements_;
  const DemandSet& demand_;
  MessageMapping mapping_;
  AckBook book_;
  RecentIds recent_;
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;  ///< of their bodies
  std::array<InBatch, batch_max> batch_;
  std::vector<weir_publication> publications_;          ///< of the batch
  std::unordered_map<std::uint64_t, Pending> pending_;  ///< by receipt
  /// That have got anything, by the origin of their messages.
  std::unordered_map<std::string, std::unordered_set<std::string>> topics_;
  std::deque<DueGap> due_gaps_;
  std::uint64_t last_receipt_ = 0;
  std::uint32_t connection_ = 0;
  std::uint64_t bad_messages_ = 0;
  std::optional<TimePoint> rests_until_;
  bool needs_rest_ = false;
  bool is_paused_ = false;  ///< by the gateway
  std::atomic<bool> has_resumed_ = false;
};

}  // namespace weir::adapters::common
