#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "protocol/core/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Beyond the ring: what a topic's log has dropped, and its source still has.
namespace weir::gateway::topics {

struct Cell;
class Replays;

/// Entries of one topic with from < offset <= to, of this epoch.
struct ReplayRequest {
  std::uint64_t id = 0;  ///< modulo the number of shards: the shard that asks
  std::string topic;
  protocol::Epoch epoch;
  protocol::Offset from = 0;
  protocol::Offset to = 0;
};

enum class ReplayEnd : std::uint8_t {
  none,      ///< more may come
  complete,  ///< that was all
  failed,    ///< the rest cannot be had
  paused,    ///< others had to have their turn: ask again for the rest
};

/// What has come of a replay since it was last asked.
struct ReplayPart {
  std::vector<protocol::Publication> entries;  ///< in order, each with its source_position
  ReplayEnd ended = ReplayEnd::none;           ///< behind these entries
};

/// The adapters, as the shard asks them for replays. Never waits.
class ReplayPort {
public:
  /// Whether the source of this topic is one that can be asked.
  [[nodiscard]] virtual bool can_replay(std::string_view topic) const = 0;
  /// Begins it; `Hub::on_replay` follows each time that something has come. False: it cannot be
  /// asked now.
  [[nodiscard]] virtual bool start(const ReplayRequest& request) = 0;
  /// At most so many of the entries that have come. What is not taken makes the source wait.
  [[nodiscard]] virtual ReplayPart take(std::uint64_t id, std::size_t entries_max) = 0;
  /// Nobody wants the rest.
  virtual void stop(std::uint64_t id) = 0;

protected:
  ~ReplayPort() = default;
};

/// One cell's replay: what has come of it and is not delivered yet, a bounded part of the whole.
/// Owned by its cell, with which it ends.
class Replay {
public:
  Replay(Replays& replays, Cell& cell, ReplayRequest request);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// The next entry, which has no index; nullptr: it has not come yet, or `ended` says why it
  /// will not.
  [[nodiscard]] const protocol::Entry* front();
  void pop() { entries_.pop_front(); }
  [[nodiscard]] ReplayEnd ended() const { return ended_; }
  [[nodiscard]] protocol::Offset to() const { return request_.to; }

private:
  friend class Replays;

  /// The topic has begun another life since.
  [[nodiscard]] bool is_outdated() const;
  /// What is no continuation of what came before ends it.
  void add(protocol::Publication&& publication, TimePoint now);
  void finish(ReplayEnd reason) { ended_ = reason; }

  Replays* replays_;
  Cell* cell_;
  ReplayRequest request_;
  protocol::Offset last_;  ///< of the entries that have come
  /// Nothing has come, and a history may begin anywhere.
  bool begins_anywhere_;
  std::deque<protocol::EntryPtr> entries_;
  ReplayEnd ended_ = ReplayEnd::none;
  TimePoint opened_at_{};
  bool has_brought_ = false;                ///< the source something, since it was opened
  std::optional<TimePoint> waits_since_{};  ///< for the source
};

struct ReplayCounters {
  std::uint64_t open = 0;     ///< now
  std::uint64_t waiting = 0;  ///< for their turn, now
  std::uint64_t started = 0;  ///< a paused one counts again
  std::uint64_t entries = 0;
  std::uint64_t failed = 0;
};

/// All replays of one shard. So many are open at once; the others wait for their turn, first come
/// first served, and one that has had its turn while others wait is paused: a client that reads
/// slowly holds up nobody. A source that lets a client wait for too long has failed. Owned by the
/// hub. Pure: the source is behind a port.
class Replays {
public:
  struct Options {
    ShardIndex shard = 0;
    ShardIndex shards = 1;
    std::size_t open_max = 16;
    Duration silence_max = std::chrono::seconds(10);
    Duration turn = std::chrono::seconds(1);  ///< while others wait
  };
  /// How many entries are taken from the port at once.
  static constexpr std::size_t batch_entries = 64;

  /// No port: nothing can be replayed.
  Replays(const Options& options, ReplayPort* port);
  Replays(const Replays&) = delete;
  Replays& operator=(const Replays&) = delete;
  ~Replays();

  /// Whether the source of a topic has what came before the first entry that it hands in.
  [[nodiscard]] bool can_replay(std::string_view topic) const {
    return port_ != nullptr && port_->can_replay(topic);
  }
  /// Asks for the entries of the cell's topic with from < offset <= to. Whenever more can be had of
  /// it than before, its owner is told that the cell is due, unless it is in somebody's hands.
  [[nodiscard]] std::unique_ptr<Replay> ask(Cell& cell, protocol::Offset from, protocol::Offset to);

  /// The time of the calls that follow; ends what was silent for too long, and what has had its
  /// turn.
  void begin_turn(TimePoint now);
  /// Something has come.
  void on_ready(std::uint64_t id);
  /// When `begin_turn` will next have something to do.
  [[nodiscard]] std::optional<TimePoint> deadline() const;
  [[nodiscard]] ReplayCounters counters() const;

private:
  friend class Replay;
  using ById = std::map<std::uint64_t, Replay*>;  ///< the oldest first

  /// False: there is nothing new.
  bool refill(Replay& replay);
  void add(Replay& replay, ReplayPart&& part);
  void forget(const Replay& replay);
  void open_next();
  void close(Replay& replay, ReplayEnd reason);
  void pause(Replay& replay);
  static void wake(const Replay& replay);

  Options options_;
  ReplayPort* port_;
  TimePoint now_{};
  std::uint64_t last_id_;
  ById open_;
  ById waiting_;
  ById refused_;  ///< their cells are told in the next turn
  ReplayCounters counters_;
};

}  // namespace weir::gateway::topics
