#include "gateway/session/deliverer_replay.hpp"

#include "gateway/flow/overflow.hpp"
#include "gateway/session/deliverer.hpp"
#include "gateway/session/recovery.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

// What a cell of `all` does that is not in the ring, and what it is told that it has missed.
namespace weir::gateway::session {

using protocol::Delivery;
using protocol::Entry;
using protocol::GapCause;
using protocol::GapEvent;
using topics::Cell;
using topics::CellStart;
using topics::Outside;
using topics::ReplayEnd;

namespace {

/// Whether the client has seen more than is known here of the source.
bool is_ahead(const Cell& cell) {
  return cell.options.delivery == Delivery::all && cell.outside == Outside::ahead &&
         cell.cursor.offset > cell.topic->log().head().offset;
}

topics::Cursor place_of(const Entry& entry) {
  if (entry.index == 0) return {entry.offset, std::nullopt};
  return {entry.offset, entry.index};
}

/// Back in the ring, or on without it.
void end_replay(Cell& cell) {
  if (!cell.replay) return;
  cell.replay.reset();
  if (!cell.cursor.index) cell.cursor = cell.topic->log().cursor_at(cell.cursor.offset);
}

std::optional<flow::Loss> find_loss(const Cell& cell) {
  const auto& log = cell.topic->log();
  if (has_parts(log.kind())) return flow::find_whole_loss(log, cell.cursor);
  return cell.outside == Outside::overflow ? flow::find_overflow(log, cell.cursor)
                                           : flow::find_truncation(log, cell.cursor);
}

}  // namespace

bool needs_replay(const Cell& cell) {
  const auto& log = cell.topic->log();
  return cell.options.delivery == Delivery::all && log.past() && !has_parts(log.kind()) &&
         cell.start != CellStart::snapshot && !log.retains_all_after(cell.cursor.offset);
}

bool Deliverer::prepare_replay(Cell& cell) {
  if (is_ahead(cell)) return prove_position(cell);
  if (cell.outside == Outside::ahead) {
    // The log has caught up meanwhile, so what was asked for is of no use.
    cell.replay.reset();
    cell.outside = Outside::position;
  }
  if (!needs_replay(cell)) {
    end_replay(cell);
    return true;
  }
  if (!cell.replay) ask(cell);
  const auto* first = cell.replay->front();
  if (first == nullptr && cell.replay->ended() == ReplayEnd::none) return false;
  if (cell.outside != Outside::history) return true;
  // Fewer than were asked for are no loss: it begins with what there is.
  cell.cursor =
      first == nullptr ? cell.topic->log().before(0) : topics::Cursor{first->prev, std::nullopt};
  cell.outside = Outside::position;
  return true;
}

bool Deliverer::prove_position(Cell& cell) {
  const auto offset = cell.cursor.offset;
  if (!cell.replay) cell.replay = context_.replays.ask(cell, offset - 1, offset);
  const bool has_come = cell.replay->front() != nullptr;
  const auto ended = cell.replay->ended();
  if (!has_come && ended == ReplayEnd::none) return false;
  cell.replay.reset();
  cell.outside = Outside::overflow;
  // The log will come to where the client is, if the source is there already.
  if (has_come || ended == ReplayEnd::complete) return true;
  const auto restart = find_restart(cell.topic->log(), GapCause::future);
  cell.cursor = restart.cursor;
  cell.owed_gap = std::make_unique<topics::OwedGap>(*restart.gap);
  return true;
}

void Deliverer::ask(Cell& cell) {
  cell.replay = context_.replays.ask(cell, cell.cursor.offset, cell.topic->log().head().offset);
}

Deliverer::Turn Deliverer::serve_replay(Cell& cell,
                                        std::size_t budget_bytes,
                                        WriteBatch& out,
                                        TimePoint now) {
  const auto end = std::min(turn_end_bytes_, budget_bytes);
  while (needs_replay(cell)) {
    if (!cell.replay) ask(cell);
    if (out.bytes >= end) return Turn::blocked;
    const auto* entry = cell.replay->front();
    if (entry == nullptr) {
      const auto ended = cell.replay->ended();
      if (ended == ReplayEnd::none) return Turn::waiting;
      // A source that has not brought what the log has a later entry of is another one than it was.
      const bool goes_on = ended == ReplayEnd::paused || (ended == ReplayEnd::complete &&
                                                          cell.cursor.offset >= cell.replay->to());
      end_replay(cell);
      if (!goes_on) return Turn::finished;
    } else if (entry->operation == protocol::Operation::gap) {
      tell_source_gap(cell, *entry, out, now);
      cell.replay->pop();
    } else if (deliver_replayed(cell, *entry, budget_bytes, out, now)) {
      cell.replay->pop();
    } else {
      return Turn::blocked;
    }
  }
  end_replay(cell);
  return Turn::finished;
}

bool Deliverer::deliver_replayed(
    Cell& cell, const Entry& entry, std::size_t budget_bytes, WriteBatch& out, TimePoint now) {
  const auto frame =
      context_.frames.entry(*cell.topic, entry, form_of(cell, false), context_.codec);
  if (!may_send(frame, budget_bytes, out, now)) return false;
  send(frame, entry, out, now);
  cell.cursor = place_of(entry);
  return true;
}

bool Deliverer::tell_loss(Cell& cell, WriteBatch& out, TimePoint now) {
  const auto loss = find_loss(cell);
  const bool was_slow = std::exchange(cell.outside, Outside::overflow) == Outside::overflow;
  if (!loss) return true;
  if (was_slow && cell.options.on_overflow == protocol::OverflowPolicy::close) {
    // Not counted: it is told as a gap, where it is one, when the client comes back.
    has_overflowed_ = true;
    return false;
  }
  count_gap(loss->lost);
  tell(GapEvent{cell.topic->number(),
                cell.cursor.offset,
                loss->resume_at.offset,
                was_slow ? GapCause::overflow : GapCause::truncated,
                loss->lost},
       out,
       now,
       id_at(cell, loss->resume_at.offset));
  resume(cell, loss->resume_at);
  return true;
}

void Deliverer::resume(Cell& cell, const topics::Cursor& cursor) {
  cell.cursor = cursor;
  // A change is of no use to a client that has not the state before it.
  if (has_parts(cell.topic->log().kind())) cell.start = CellStart::snapshot;
}

void Deliverer::tell_source_gap(Cell& cell, const Entry& entry, WriteBatch& out, TimePoint now) {
  count_gap(std::nullopt);
  tell(GapEvent{cell.topic->number(), cell.cursor.offset, entry.offset, entry.cause, std::nullopt},
       out,
       now,
       id_at(cell, entry.offset));
  resume(cell, place_of(entry));
}

}  // namespace weir::gateway::session
