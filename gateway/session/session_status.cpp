#include "gateway/session/session_status.hpp"

#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"

#include <algorithm>

namespace weir::gateway::session {

using topics::Cell;

namespace {

Duration age_of_oldest(const Cell& cell, TimePoint now) {
  if (cell.start == topics::CellStart::snapshot) return {};
  const auto& log = cell.topic->log();
  const bool is_same_life = cell.life == cell.topic->number();
  const auto position = is_same_life ? log.position_after(cell.cursor.offset) : 0;
  if (position == log.ring().size()) return {};
  return std::max(Duration{}, now - log.ring()[position]->accepted_at);
}

}  // namespace

Backlog measure_backlog(const SubscriptionSet& subscriptions, TimePoint now) {
  Backlog backlog;
  subscriptions.visit_cells([&](const Cell& cell) {
    if (cell.state != Cell::State::due && cell.state != Cell::State::gated) return;
    ++backlog.cells;
    backlog.age = std::max(backlog.age, age_of_oldest(cell, now));
  });
  return backlog;
}

void Session::restrict(const CeilingChange& change) {
  const auto before = effective_limits();
  deliverer_.limits().restrict(change, hub_.now().steady);
  const auto limits = effective_limits();
  if (!is_closing_ && limits != before) tell(protocol::LimitsEvent{limits});
  reschedule();
}

protocol::EffectiveLimits Session::effective_limits() const {
  const auto& limits = hub_.options().limits;
  protocol::EffectiveLimits effective;
  deliverer_.limits().describe(effective);
  effective.message_bytes = limits.message_bytes;
  effective.subscriptions = limits.subscriptions;
  effective.cells = limits.cells;
  effective.publishes_per_s = limits.publishes_per_s;
  return effective;
}

SessionStatus Session::status(TimePoint now) const {
  const auto& limits = deliverer_.limits();
  return {.id = id_,
          .subject = std::string(bearer_.subject()),
          .address = address_,
          .subscriptions = subscriptions_.size(),
          .cells = subscriptions_.cell_count(),
          .tally = deliverer_.tally(now),
          // Most sessions have everything, whatever they follow.
          .backlog = deliverer_.has_waiting() ? measure_backlog(subscriptions_, now) : Backlog{},
          .limits = effective_limits(),
          .own_ceilings = limits.own_ceilings(),
          .window_used = limits.window_used(),
          .round_trip = heartbeat_.round_trip()};
}

}  // namespace weir::gateway::session
