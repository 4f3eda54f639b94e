#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/flow/scheduler.hpp"
#include "gateway/session/counters.hpp"
#include "gateway/session/frame_cache.hpp"
#include "gateway/session/limits.hpp"
#include "gateway/session/state_frames.hpp"
#include "gateway/topics/replays.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/codec.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::session {

/// Turns the cursors of one session's due cells into frames, at the moment when they can be sent,
/// within the session's limits. This is where conflation happens: nothing is decided before the
/// pull. Owned by the session; holds pointers to its cells.
class Deliverer {
public:
  struct Context {
    FrameCache& frames;
    StateFrameCache& states;
    topics::Replays& replays;
    SessionCounters& counters;
    const protocol::Codec& codec;
    SessionId session;
    bool is_compressed = false;  ///< permessage-deflate was agreed to
    Framing framing = Framing::websocket;
  };

  Deliverer(Context context, Ceilings ceilings) : context_(context), limits_(ceilings) {}

  /// A cell has something to pull.
  void add(topics::Cell& cell, TimePoint now) { scheduler_.add(cell, now); }
  /// A cell goes away, or changes and will be added anew.
  void remove(topics::Cell& cell) { scheduler_.remove(cell); }

  /// Serves due cells in turn until `out` has `budget_bytes`, a limit is reached or none is due; at
  /// least one delivery where one may go. Calls `on_served(cell)` after each turn of a cell that
  /// could be served, which may append to `out` as well.
  template <class OnServed>
  void pull(std::size_t budget_bytes, WriteBatch& out, TimePoint now, const OnServed& on_served) {
    begin(now);
    const auto before = delivered_;
    while (out.bytes < budget_bytes && limits_.may_deliver(now)) {
      auto* cell = scheduler_.front();
      if (cell == nullptr) break;
      const auto turn = serve(*cell, budget_bytes, out, now);
      if (turn == Turn::overflowed) break;
      if (turn == Turn::waiting && cell->introduced == 0) continue;
      on_served(*cell);
      if (turn == Turn::blocked) break;
    }
    end(delivered_ != before, now);
  }

  [[nodiscard]] OutputLimits& limits() { return limits_; }
  [[nodiscard]] const OutputLimits& limits() const { return limits_; }
  [[nodiscard]] bool has_due() const { return scheduler_.has_due(); }
  /// Cells that have something to deliver, now or when their gates open.
  [[nodiscard]] bool has_waiting() const { return has_due() || scheduler_.next_gate(); }
  /// What was delivered so far; throttled up to `now`.
  [[nodiscard]] SessionTally tally(TimePoint now) const;
  /// Due cells, and nothing but the socket in their way.
  [[nodiscard]] bool wants_pull(TimePoint now);
  /// A cell that asked to be closed rather than to lose entries has lost some.
  [[nodiscard]] bool has_overflowed() const { return has_overflowed_; }
  /// When `open_gates` or the limits will make a pull worth while.
  [[nodiscard]] std::optional<TimePoint> deadline(TimePoint now);
  void open_gates(TimePoint now) { scheduler_.open_gates(now); }

private:
  /// `waiting`: for a replay, and until something of it has come it has no place among the due.
  enum class Turn : std::uint8_t { finished, interrupted, blocked, overflowed, waiting };

  /// How deliveries to a cell are written, where nothing more is to be said.
  [[nodiscard]] DeliveryForm form_of(const topics::Cell& cell, bool is_snapshot) const {
    return {.is_snapshot = is_snapshot,
            .wants_time = cell.options.wants_time,
            .is_compressed = context_.is_compressed,
            .framing = context_.framing};
  }
  void begin(TimePoint now);
  void end(bool has_delivered, TimePoint now);
  Turn serve(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  Turn serve_begun(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  void introduce(topics::Cell& cell, WriteBatch& out, TimePoint now);
  /// The topic has begun another life since the cell was made or last served.
  static void begin_life(topics::Cell& cell);
  Turn serve_latest(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  /// The state of a record or table, or what changed of it.
  Turn serve_parts(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  static Turn finish_state(topics::Cell& cell, topics::Cursor place);
  Turn serve_all(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  /// The state that a cell of `all` begins with, where it does.
  Turn serve_beginning(topics::Cell& cell,
                       std::size_t budget_bytes,
                       WriteBatch& out,
                       TimePoint now);
  Turn serve_entries(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  /// What the ring no longer has, from the source. `finished`: the cell is in the ring again, or
  /// there is no more to be had.
  Turn serve_replay(topics::Cell& cell, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  /// Asks where that is needed. False: nothing has come yet, so there is nothing to begin with.
  [[nodiscard]] bool prepare_replay(topics::Cell& cell);
  /// The same for a cell beyond the head: does the source have what the client has seen?
  [[nodiscard]] bool prove_position(topics::Cell& cell);
  void ask(topics::Cell& cell);
  // False: it may not go now, and the cell keeps its turn.
  bool deliver_run(
      topics::Cell& cell, EntryRun run, std::size_t budget_bytes, WriteBatch& out, TimePoint now);
  bool deliver_replayed(topics::Cell& cell,
                        const protocol::Entry& entry,
                        std::size_t budget_bytes,
                        WriteBatch& out,
                        TimePoint now);
  bool deliver_state(topics::Cell& cell,
                     DeliveryForm form,
                     std::size_t budget_bytes,
                     WriteBatch& out,
                     TimePoint now);
  [[nodiscard]] bool may_send(const FrameBlock& frames,
                              std::size_t budget_bytes,
                              const WriteBatch& out,
                              TimePoint now);
  /// False: it is to be closed instead.
  bool tell_loss(topics::Cell& cell, WriteBatch& out, TimePoint now);
  void tell_source_gap(topics::Cell& cell,
                       const protocol::Entry& entry,
                       WriteBatch& out,
                       TimePoint now);
  /// Goes on at `cursor` after a gap.
  static void resume(topics::Cell& cell, const topics::Cursor& cursor);
  void tell(const protocol::Event& event, WriteBatch& out, TimePoint now, std::string_view id = {});
  /// The id of an event that takes the client to this offset; empty where it has none.
  [[nodiscard]] std::string id_at(const topics::Cell& cell, protocol::Offset offset) const;
  void send(const FrameBlock& frames,
            const protocol::Entry& oldest,
            WriteBatch& out,
            TimePoint now);
  void count_conflated(std::uint64_t entries);
  void count_gap(std::optional<std::uint64_t> lost);
  void park(topics::Cell& cell, TimePoint now);

  Context context_;
  OutputLimits limits_;
  flow::Scheduler scheduler_;
  std::size_t turn_end_bytes_ =
      0;  ///< of the write: where the cell that is served has had its turn
  std::uint64_t delivered_ = 0;
  SessionTally tally_;
  std::optional<TimePoint> throttled_since_;  ///< due cells, and a limit in their way
  bool has_overflowed_ = false;
};

}  // namespace weir::gateway::session
