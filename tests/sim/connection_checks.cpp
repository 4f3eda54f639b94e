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

void ConnectionOracle::check_idle(const ShardState& state, TimePoint now) {
  require(pings_.empty(), Promise::control, "a reply waits, and nothing is in its way");
  require(now - sent_at_ < heartbeat_ + gateway::milliseconds(100), Promise::life, "no heartbeat");
  require(now - heard_at_ < 2 * heartbeat_ + gateway::milliseconds(100),
          Promise::life,
          "dead, and not closed");
  limits_.check_told();
  if (limits_.is_limited() || idle_at_ == state.changes) return;
  hub_->visit_topics("#", [&](const gateway::topics::Topic& topic) {
    const auto found = cells_.find(topic.name());
    if (found == cells_.end() || !may_go_at_once(found->second, topic)) return;
    require(!found->second.is_behind(topic),
            Promise::stall,
            topic.name() + " has news, and nobody sends it");
  });
  idle_at_ = state.changes;
}

void ConnectionOracle::check_rate(const protocol::SubscribeCommand& command,
                                  std::optional<double> told) const {
  const auto ceiling = hub_->options().rules.max_rate_of(command.filter);
  if (ceiling == 0 || command.options.delivery == protocol::Delivery::all) return;
  if (is_ending(command.filter)) return;
  require(told.value_or(0) > 0 && *told <= ceiling,
          Promise::limits,
          "more than the operator's max_rate is promised");
}

void ConnectionOracle::check_quiet() const {
  require(requests_.empty(), Promise::reply, "a request was never answered");
  limits_.check_told();
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
