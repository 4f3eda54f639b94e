#include "gateway/session/recovery.hpp"

#include "gateway/flow/overflow.hpp"

#include <algorithm>

namespace weir::gateway::session {

using protocol::Delivery;
using protocol::GapCause;
using topics::CellStart;
using topics::OwedGap;
using topics::TopicLog;

namespace {

StartPoint from_position(const TopicLog& log, const StartRequest& request) {
  const bool is_latest = request.delivery == Delivery::latest;
  const auto offset = request.position == nullptr ? 0 : request.position->offset;
  const bool other_epoch = request.position != nullptr && request.position->epoch != log.epoch();
  if (other_epoch || offset > log.head().offset) {
    if (is_latest) return {CellStart::snapshot, {}, std::nullopt};
    return find_restart(log, other_epoch ? GapCause::epoch : GapCause::future);
  }
  StartPoint point{CellStart::cursor, log.cursor_at(offset), std::nullopt};
  if (is_latest) return point;
  if (const auto loss = flow::find_truncation(log, point.cursor)) {
    point.gap = OwedGap{offset, GapCause::truncated, loss->lost};
    point.cursor = loss->resume_at;
  }
  return point;
}

}  // namespace

StartPoint find_start(const TopicLog& log, const StartRequest& request) {
  if (request.is_born_later) return {CellStart::cursor, {}, std::nullopt};
  if (request.has_positions) return from_position(log, request);
  if (request.history > 0 && request.delivery == Delivery::all && !log.ring().empty()) {
    const auto count = std::min<std::size_t>(request.history, log.ring().size());
    return {CellStart::cursor, log.before(log.ring().size() - count), std::nullopt};
  }
  if (request.wants_snapshot) return {CellStart::snapshot, {}, std::nullopt};
  return {CellStart::cursor, log.head(), std::nullopt};
}

StartPoint find_restart(const TopicLog& log, GapCause cause) {
  const auto cursor = log.ring().empty() ? log.head() : log.before(0);
  return {CellStart::cursor, cursor, OwedGap{std::nullopt, cause, std::nullopt}};
}

}  // namespace weir::gateway::session
