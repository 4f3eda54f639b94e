#include "gateway/session/deliverer.hpp"

#include "gateway/flow/frequency_gate.hpp"
#include "gateway/session/entry_run.hpp"
#include "gateway/session/recovery.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::gateway::session {

using protocol::Delivery;
using protocol::Entry;
using protocol::GapCause;
using protocol::GapEvent;
using protocol::Operation;
using topics::Cell;
using topics::CellStart;

void Deliverer::begin(TimePoint now) {
  scheduler_.open_gates(now);
  std::ignore = wants_pull(now);
}

void Deliverer::end(bool has_delivered, TimePoint now) {
  if (has_delivered) limits_.on_write(now);
  std::ignore = wants_pull(now);
}

bool Deliverer::wants_pull(TimePoint now) {
  const bool may_deliver = limits_.may_deliver(now);
  const bool is_held = has_due() && !may_deliver;
  if (is_held && !throttled_since_) throttled_since_ = now;
  if (!is_held && throttled_since_) {
    const std::chrono::duration<double> held = now - *std::exchange(throttled_since_, {});
    context_.counters.throttled_s += held.count();
    tally_.throttled_s += held.count();
  }
  return has_due() && may_deliver;
}

std::optional<TimePoint> Deliverer::deadline(TimePoint now) {
  auto earliest = scheduler_.next_gate();
  if (!has_due()) return earliest;
  const auto opens = limits_.opens_at(now);
  if (opens && (!earliest || *opens < *earliest)) earliest = opens;
  return earliest;
}

Deliverer::Turn Deliverer::serve(Cell& cell,
                                 std::size_t budget_bytes,
                                 WriteBatch& out,
                                 TimePoint now) {
  const auto before = out.bytes;
  const auto& topic = *cell.topic;
  turn_end_bytes_ = before + scheduler_.room(cell);
  if (cell.life != topic.number()) begin_life(cell);
  const auto turn =
      prepare_replay(cell) ? serve_begun(cell, budget_bytes, out, now) : Turn::waiting;
  scheduler_.charge(cell, out.bytes - before);
  switch (turn) {
    case Turn::finished:
      scheduler_.remove(cell);
      park(cell, now);
      break;
    case Turn::interrupted:
      scheduler_.rotate(cell);
      break;
    case Turn::waiting:
      scheduler_.remove(cell);
      break;
    case Turn::blocked:
    case Turn::overflowed:
      break;
  }
  return turn;
}

Deliverer::Turn Deliverer::serve_begun(Cell& cell,
                                       std::size_t budget_bytes,
                                       WriteBatch& out,
                                       TimePoint now) {
  introduce(cell, out, now);
  return cell.options.delivery == Delivery::latest ? serve_latest(cell, budget_bytes, out, now)
                                                   : serve_all(cell, budget_bytes, out, now);
}

void Deliverer::introduce(Cell& cell, WriteBatch& out, TimePoint now) {
  const auto& topic = *cell.topic;
  const auto& log = topic.log();
  if (cell.owed_gap && cell.options.delivery == Delivery::latest) {
    // It was `all` when its position could not be joined to; now the state says everything. Of a
    // record or table the whole, because it may be told of other fields now.
    const bool goes_on = cell.owed_gap->from && !has_parts(log.kind());
    cell.start = goes_on ? CellStart::cursor : CellStart::snapshot;
    cell.cursor = log.cursor_at(cell.owed_gap->from.value_or(0));
    cell.owed_gap.reset();
  }
  if (cell.introduced != topic.number()) {
    // Where the client is now: the gap takes it on, and is told again if it is lost on the way.
    const auto from = cell.owed_gap ? cell.owed_gap->from : std::nullopt;
    const auto offset = from.value_or(cell.cursor.offset);
    // A client that got no further than this event must still learn of the gap.
    const bool is_told_whole = !cell.owed_gap || from;
    tell(protocol::TopicEvent{topic.number(), topic.name(), log.kind(), log.epoch(), offset},
         out,
         now,
         is_told_whole ? id_at(cell, offset) : "");
    cell.introduced = topic.number();
    cell.told_stale = false;
  }
  if (cell.owed_gap) {
    const auto& gap = *cell.owed_gap;
    count_gap(gap.lost);
    tell(GapEvent{topic.number(), gap.from, cell.cursor.offset, gap.cause, gap.lost},
         out,
         now,
         id_at(cell, cell.cursor.offset));
    cell.owed_gap.reset();
  }
  if (cell.told_stale != topic.is_stale()) {
    cell.told_stale = topic.is_stale();
    tell(protocol::StaleEvent{topic.number(), topic.is_stale()}, out, now);
  }
}

void Deliverer::begin_life(Cell& cell) {
  const auto& topic = *cell.topic;
  const bool is_latest = cell.options.delivery == Delivery::latest;
  auto restart = is_latest ? StartPoint{CellStart::snapshot, {}, std::nullopt}
                           : find_restart(topic.log(), GapCause::epoch);
  cell.start = restart.start;
  cell.cursor = restart.cursor;
  cell.owed_gap = restart.gap ? std::make_unique<topics::OwedGap>(*restart.gap) : nullptr;
  cell.pull.reset();
  cell.replay.reset();
  cell.outside = topics::Outside::overflow;
  cell.life = topic.number();
}

Deliverer::Turn Deliverer::serve_latest(Cell& cell,
                                        std::size_t budget_bytes,
                                        WriteBatch& out,
                                        TimePoint now) {
  const auto& log = cell.topic->log();
  if (has_parts(log.kind())) return serve_parts(cell, budget_bytes, out, now);
  const auto& state = log.state();
  const bool has_news =
      state && (cell.start == CellStart::snapshot || state->offset > cell.cursor.offset);
  if (has_news) {
    const bool is_known = cell.start != CellStart::snapshot && cell.cursor.index.has_value();
    const auto conflated = is_known ? state->index - *cell.cursor.index - 1 : 0;
    auto form = form_of(cell, cell.start == CellStart::snapshot);
    if (cell.options.wants_counts && conflated > 0) form.conflated = conflated;
    if (!form.is_snapshot) form.base = cell.base;
    if (!deliver_state(cell, form, budget_bytes, out, now)) return Turn::blocked;
    if (cell.options.delta == protocol::Delta::patch) cell.base = state->offset;
    count_conflated(conflated);
    if (cell.options.max_rate > 0)
      cell.opens_at = flow::next_slot(cell.options.max_rate, context_.session, now);
  }
  cell.start = CellStart::running;
  cell.cursor = log.head();
  return Turn::finished;
}

Deliverer::Turn Deliverer::serve_parts(Cell& cell,
                                       std::size_t budget_bytes,
                                       WriteBatch& out,
                                       TimePoint now) {
  const auto& log = cell.topic->log();
  const auto head = log.head();
  const bool is_whole = topics::is_whole_owed(cell);
  const bool is_all = cell.options.delivery == Delivery::all;
  const bool is_unchanged = cell.start == CellStart::whole && head.offset == cell.cursor.offset;
  if (is_unchanged && !is_all) return Turn::finished;
  // There is nothing yet, and that the client knows where it stands.
  if (!log.state()) return finish_state(cell, cell.cursor);
  auto form = form_of(cell, is_whole);
  const bool is_counted =
      !is_whole && cell.cursor.index && head.index && *head.index > *cell.cursor.index;
  const auto conflated = is_counted ? *head.index - *cell.cursor.index - 1 : 0;
  if (cell.options.wants_counts && conflated > 0) form.conflated = conflated;
  const auto page = context_.states.pull(
      *cell.topic,
      {cell.pull ? *cell.pull : topics::TablePull{cell.cursor.offset, 0, 0, is_whole},
       is_all ? nullptr : cell.options.fields.get(),
       limits_.page_bytes()},
      form,
      context_.codec);
  if (!page.frames.bytes) {
    cell.start = CellStart::running;
    return Turn::finished;  // the cursor stays: it is what the client counts changes from
  }
  if (!may_send(page.frames, budget_bytes, out, now)) return Turn::blocked;
  send(page.frames, *log.state(), out, now);
  if (page.has_more) {
    cell.start = CellStart::running;
    cell.pull = std::make_unique<topics::TablePull>(page.after);
    // The index stays where the pull began: the last page tells what was conflated since then.
    cell.cursor = {page.after.cursor, is_whole ? std::nullopt : cell.cursor.index};
    return Turn::interrupted;
  }
  count_conflated(conflated);
  if (cell.options.max_rate > 0)
    cell.opens_at = flow::next_slot(cell.options.max_rate, context_.session, now);
  return finish_state(cell, head);
}

Deliverer::Turn Deliverer::finish_state(Cell& cell, topics::Cursor place) {
  cell.start = CellStart::running;
  cell.pull.reset();
  cell.cursor = place;
  return Turn::finished;
}

Deliverer::Turn Deliverer::serve_all(Cell& cell,
                                     std::size_t budget_bytes,
                                     WriteBatch& out,
                                     TimePoint now) {
  const auto delivered_before = delivered_;
  auto turn = serve_beginning(cell, budget_bytes, out, now);
  if (turn == Turn::finished) turn = serve_entries(cell, budget_bytes, out, now);
  // Whoever was given something keeps no turn: under a limit it would be served again and again.
  return turn == Turn::blocked && delivered_ != delivered_before ? Turn::interrupted : turn;
}

Deliverer::Turn Deliverer::serve_beginning(Cell& cell,
                                           std::size_t budget_bytes,
                                           WriteBatch& out,
                                           TimePoint now) {
  const auto& log = cell.topic->log();
  if (has_parts(log.kind())) {
    const auto turn =
        begins_with_state(cell) ? serve_parts(cell, budget_bytes, out, now) : Turn::finished;
    if (turn != Turn::finished) return turn;
  } else if (cell.start == CellStart::snapshot && log.state()) {
    const auto state = log.state();
    if (!deliver_state(cell, form_of(cell, true), budget_bytes, out, now)) return Turn::blocked;
    // Not the head: a source gap behind the state is still to be told.
    cell.cursor = {state->offset, state->index};
  }
  cell.start = CellStart::running;
  return Turn::finished;
}

Deliverer::Turn Deliverer::serve_entries(Cell& cell,
                                         std::size_t budget_bytes,
                                         WriteBatch& out,
                                         TimePoint now) {
  const auto& log = cell.topic->log();
  const auto end = std::min(turn_end_bytes_, budget_bytes);
  while (true) {
    const auto replayed = serve_replay(cell, budget_bytes, out, now);
    if (replayed != Turn::finished) return replayed;
    if (!tell_loss(cell, out, now)) return Turn::overflowed;
    if (begins_with_state(cell)) return Turn::interrupted;
    const auto position = log.position_after(cell.cursor.offset);
    if (position == log.ring().size()) return Turn::finished;
    if (out.bytes >= end) return Turn::blocked;
    const auto& entry = *log.ring()[position];
    if (entry.operation == Operation::gap) {
      tell_source_gap(cell, entry, out, now);
      continue;
    }
    const auto run = limits_.is_limited() ? EntryRun{position, position}
                                          : find_run(log, position, end - out.bytes);
    if (!deliver_run(cell, run, budget_bytes, out, now)) return Turn::blocked;
  }
}

bool Deliverer::deliver_run(
    Cell& cell, EntryRun run, std::size_t budget_bytes, WriteBatch& out, TimePoint now) {
  const auto& ring = cell.topic->log().ring();
  const auto frames = context_.frames.block(*cell.topic, run, form_of(cell, false), context_.codec);
  if (!may_send(frames, budget_bytes, out, now)) return false;
  send(frames, *ring[run.first], out, now);
  cell.cursor = {ring[run.last]->offset, ring[run.last]->index};
  return true;
}

bool Deliverer::deliver_state(
    Cell& cell, DeliveryForm form, std::size_t budget_bytes, WriteBatch& out, TimePoint now) {
  const auto& state = *cell.topic->log().state();
  const auto frame = context_.frames.entry(*cell.topic, state, form, context_.codec);
  if (!may_send(frame, budget_bytes, out, now)) return false;
  send(frame, state, out, now);
  return true;
}

bool Deliverer::may_send(const FrameBlock& frames,
                         std::size_t budget_bytes,
                         const WriteBatch& out,
                         TimePoint now) {
  // What introduced the cell may have used up the limit. A frame that alone is larger than the
  // budget goes first in its write.
  if (!limits_.may_deliver(now)) return false;
  if (out.bytes > 0 && out.bytes + frames.bytes.size() > budget_bytes) return false;
  return limits_.fits_window(frames.payload_bytes);
}

std::string Deliverer::id_at(const Cell& cell, protocol::Offset offset) const {
  const auto& log = cell.topic->log();
  // Of a record or table only a delivery says that the client has the state of an offset.
  if (context_.framing != Framing::numbered_events || has_parts(log.kind())) return {};
  return to_event_id(log.epoch(), offset);
}

void Deliverer::tell(const protocol::Event& event,
                     WriteBatch& out,
                     TimePoint now,
                     std::string_view id) {
  auto frame = context_.frames.event(event, context_.codec, context_.framing, id);
  limits_.on_control(frame.size(), now);
  out.add(std::move(frame));
}

void Deliverer::send(const FrameBlock& frames,
                     const Entry& oldest,
                     WriteBatch& out,
                     TimePoint now) {
  limits_.on_delivered(frames, now);
  delivered_ += frames.messages;
  context_.counters.deliveries_total += frames.messages;
  context_.counters.delivery_bytes_total += frames.bytes.size();
  tally_.deliveries += frames.messages;
  tally_.delivery_bytes += frames.bytes.size();
  context_.counters.age.observe(now - oldest.accepted_at, frames.messages);
  out.add(frames.bytes);
}

void Deliverer::count_conflated(std::uint64_t entries) {
  context_.counters.conflated_total += entries;
  tally_.conflated += entries;
}

void Deliverer::count_gap(std::optional<std::uint64_t> lost) {
  ++context_.counters.gaps_total;
  context_.counters.lost_total += lost.value_or(0);
  ++tally_.gaps;
  tally_.lost += lost.value_or(0);
}

SessionTally Deliverer::tally(TimePoint now) const {
  auto tally = tally_;
  if (throttled_since_) {
    const std::chrono::duration<double> held = now - *throttled_since_;
    tally.throttled_s += held.count();
  }
  return tally;
}

void Deliverer::park(Cell& cell, TimePoint now) {
  if (cell.options.max_delay.count() > 0)
    cell.opens_at = std::max(cell.opens_at, now + cell.options.max_delay);
  cell.topic->park(cell);
}

}  // namespace weir::gateway::session
