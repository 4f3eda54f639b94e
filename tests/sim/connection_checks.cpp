#include "protocol/core/topic.hpp"
#include "tests/sim/connection_oracle.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>

// What must hold at moments, not at messages.
namespace weir::tests::sim {

using gateway::TimePoint;
using protocol::CloseReason;
using protocol::OverflowPolicy;

void ConnectionOracle::on_close(CloseReason reason, TimePoint now) {
  const auto because = std::string(info(reason).name);
  if (reason == CloseReason::no_heartbeat) {
    return require(now - heard_at_ >= 2 * heartbeat_, Promise::life, "closed as dead, and is not");
  }
  const bool may_overflow = std::ranges::any_of(subs_, [](const auto& sub) {
    return sub.second.options.on_overflow == OverflowPolicy::close;
  });
  require(
      reason == CloseReason::slow_consumer && may_overflow, Promise::life, "closed: " + because);
}

void ConnectionOracle::check_wishes(const protocol::Command& command,
                                    const protocol::EffectiveLimits& limits) {
  const protocol::SessionWishes* newer = nullptr;
  if (const auto* connect = std::get_if<protocol::ConnectCommand>(&command)) {
    newer = &connect->wishes;
  } else if (const auto* limit = std::get_if<protocol::LimitCommand>(&command)) {
    newer = &limit->wishes;
  }
  if (newer == nullptr) return;
  if (newer->bytes_per_s) wishes_.bytes_per_s = newer->bytes_per_s;
  if (newer->messages_per_s) wishes_.messages_per_s = newer->messages_per_s;
  if (newer->window_bytes) wishes_.window_bytes = newer->window_bytes;
  require(limits.bytes_per_s == wishes_.bytes_per_s.value_or(0) &&
              limits.messages_per_s == wishes_.messages_per_s.value_or(0) &&
              limits.window_bytes == wishes_.window_bytes.value_or(0),
          Promise::limits,
          "other limits are in force than were asked for");
}

void ConnectionOracle::check_idle(const ShardState& state, TimePoint now) {
  require(pings_.empty(), Promise::control, "a reply waits, and nothing is in its way");
  require(now - sent_at_ < heartbeat_ + gateway::milliseconds(100), Promise::life, "no heartbeat");
  require(now - heard_at_ < 2 * heartbeat_ + gateway::milliseconds(100),
          Promise::life,
          "dead, and not closed");
  if (limits_.is_limited() || has_max_delay_ || idle_at_ == state.changes) return;
  hub_->visit_topics("#", [&](const gateway::topics::Topic& topic) {
    const auto found = cells_.find(topic.name());
    if (found == cells_.end() || found->second.demand().max_rate > 0) return;
    require(!found->second.is_behind(topic),
            Promise::stall,
            topic.name() + " has news, and nobody sends it");
  });
  idle_at_ = state.changes;
}

void ConnectionOracle::check_quiet() const {
  require(requests_.empty(), Promise::reply, "a request was never answered");
  for (const auto& [name, cell] : cells_) cell.check_quiet();
  for (const auto& [filter, sub] : subs_) {
    require(sub.is_ready, Promise::ready, "never ready: " + filter);
    for (const auto& [name, topic] : truth_->topics()) {
      const bool is_wanted =
          protocol::matches(filter, name) && is_readable(name) && !topic.lives.empty();
      require(!is_wanted || cells_.contains(name), Promise::loss, "never introduced: " + name);
    }
  }
}

}  // namespace weir::tests::sim
