#include "gateway/session/recovery.hpp"

#include "gateway/flow/overflow.hpp"

#include <algorithm>

namespace weir::gateway::session {

using protocol::Delivery;
using protocol::GapCause;
using topics::CellStart;
using topics::Outside;
using topics::OwedGap;
using topics::TopicLog;

namespace {

/// Whether what the ring does not have can be asked for. Of records and tables it is of no use:
/// they have their state.
bool can_replay(const TopicLog& log) {
  return log.past() && !has_parts(log.kind());
}

StartPoint from_position(const TopicLog& log, const StartRequest& request) {
  const bool is_latest = request.delivery == Delivery::latest;
  const auto offset = request.position == nullptr ? 0 : request.position->offset;
  const bool other_epoch = request.position != nullptr && request.position->epoch != log.epoch();
  if (!other_epoch && !is_latest && offset > log.head().offset && can_replay(log)) {
    // Another gateway may have been faster with the same source.
    return {CellStart::cursor, {offset, std::nullopt}, std::nullopt, 0, Outside::ahead};
  }
  if (other_epoch || offset > log.head().offset) {
    if (is_latest) return {CellStart::snapshot, {}, std::nullopt};
    return find_restart(log, other_epoch ? GapCause::epoch : GapCause::future);
  }
  StartPoint point{CellStart::cursor, log.cursor_at(offset), std::nullopt, offset};
  if (is_latest) return point;
  const auto loss = has_parts(log.kind()) ? flow::find_whole_loss(log, point.cursor)
                                          : flow::find_truncation(log, point.cursor);
  if (loss && can_replay(log)) {
    point.outside = Outside::position;
  } else if (loss) {
    point.gap = OwedGap{offset, GapCause::truncated, loss->lost};
    point.cursor = loss->resume_at;
  }
  return point;
}

/// The last `count` entries, as far as offsets tell where they begin: of a log with holes fewer.
StartPoint from_history(const TopicLog& log, std::size_t count) {
  const auto retained = log.ring().size();
  StartPoint point{CellStart::cursor, log.before(retained - std::min(count, retained)), {}};
  if (count <= retained || point.cursor.offset == 0 || !can_replay(log)) return point;
  const auto missing = count - retained;
  const auto oldest = point.cursor.offset;
  point.cursor = {oldest > missing ? oldest - missing : 0, std::nullopt};
  point.outside = Outside::history;
  return point;
}

StartPoint find_point(const TopicLog& log, const StartRequest& request) {
  const bool is_new = request.is_born_later && request.position == nullptr;
  // Where the source knows more than this gateway, a topic that is new here may be an old one.
  if (is_new && !(request.has_positions && can_replay(log))) {
    return {CellStart::cursor, log.beginning(), std::nullopt};
  }
  if (request.has_positions) return from_position(log, request);
  if (request.history > 0 && request.delivery == Delivery::all && !log.ring().empty()) {
    return from_history(log, request.history);
  }
  if (request.wants_snapshot) return {CellStart::snapshot, log.beginning(), std::nullopt};
  const auto start = has_parts(log.kind()) ? CellStart::whole : CellStart::cursor;
  return {start, log.head(), std::nullopt};
}

}  // namespace

StartPoint find_start(const TopicLog& log, const StartRequest& request) {
  auto point = find_point(log, request);
  // Entries of a record or table are changes: of use only behind the state that they change.
  const bool goes_on = request.has_positions && !point.gap;
  if (has_parts(log.kind()) && request.delivery == Delivery::all && !goes_on &&
      !request.is_born_later) {
    point.start = CellStart::snapshot;
    point.cursor = log.head();
  }
  return point;
}

StartPoint find_restart(const TopicLog& log, GapCause cause) {
  const bool begins_with_state = has_parts(log.kind());
  const auto cursor = begins_with_state || log.ring().empty() ? log.head() : log.before(0);
  const auto start = begins_with_state ? CellStart::snapshot : CellStart::cursor;
  return {start, cursor, OwedGap{std::nullopt, cause, std::nullopt}};
}

}  // namespace weir::gateway::session
