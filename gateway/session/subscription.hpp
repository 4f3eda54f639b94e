#pragma once

#include "gateway/session/recovery.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::session {

/// A request for a subscription that waits for other shards. What it asks for holds from its reply
/// on: until then the subscription is what it was.
struct PendingSubscribe {
  protocol::RequestId id = 0;
  protocol::SubscribeOptions options;
  std::optional<protocol::Positions> from;
};

/// One filter of one session. Owned by the session; the address is stable, because the hub's filter
/// table points to it.
struct Subscription {
  std::string filter;
  protocol::SubscribeOptions options;
  std::optional<protocol::Positions>
      from;  ///< where its cells begin; each is gone when its cell is made
  std::vector<PendingSubscribe> pending;  ///< requests for it without a reply, oldest first
  bool is_established = false;            ///< answered; its topics have cells
  std::uint32_t cells_not_ready =
      0;  ///< matched at subscribe and not yet at the head of that moment
};

/// The request has its reply: what it asks for holds from now on.
void take_pending(Subscription& subscription, protocol::RequestId id);

/// What the newest request for it asks for.
[[nodiscard]] const protocol::SubscribeOptions& newest_options(const Subscription& subscription);

/// The delivery that a subscription means for a topic of this kind.
[[nodiscard]] protocol::Delivery delivery_for(const protocol::SubscribeOptions& options,
                                              protocol::Kind kind);

/// Where a cell that this subscription makes in this topic begins.
[[nodiscard]] StartRequest start_request(const Subscription& subscription,
                                         const topics::Topic& topic);

/// The options of a cell that only this subscription matches.
[[nodiscard]] topics::CellOptions cell_options(const Subscription& subscription,
                                               const topics::Topic& topic,
                                               topics::FieldSets& field_sets);

/// The lower of two rates, where 0 is no limit.
[[nodiscard]] double lower_rate(double a, double b);

/// What two subscriptions ask for together: `all` beats `latest`, the higher rate and priority, the
/// fields of both, patches only where both do, any time or counts.
[[nodiscard]] topics::CellOptions merge(const topics::CellOptions& a,
                                        const topics::CellOptions& b,
                                        topics::FieldSets& field_sets);

}  // namespace weir::gateway::session
