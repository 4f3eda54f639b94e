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

void ConnectionOracle::check_idle(TimePoint now) const {
  require(pings_.empty(), Promise::control, "a reply waits, and nothing is in its way");
  require(now - sent_at_ < heartbeat_ + gateway::milliseconds(100), Promise::life, "no heartbeat");
  require(now - heard_at_ < 2 * heartbeat_ + gateway::milliseconds(100),
          Promise::life,
          "dead, and not closed");
  if (limits_.is_limited() || has_max_delay_) return;
  hub_->visit_topics("#", [&](const gateway::topics::Topic& topic) {
    const auto found = cells_.find(topic.name());
    if (found == cells_.end() || found->second.demand().max_rate > 0) return;
    require(!found->second.is_behind(topic),
            Promise::stall,
            topic.name() + " has news, and nobody sends it");
  });
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
