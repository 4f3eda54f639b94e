#pragma once

#include "gateway/session/bearer.hpp"
#include "gateway/session/deliverer.hpp"
#include "gateway/session/ready_tracker.hpp"
#include "gateway/session/subscription.hpp"
#include "gateway/topics/cell.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::gateway::session {

/// The filters of one session and the cells that they make: one cell per topic, however many
/// filters match it. Owned by the session, which tells the hub; hands cells to the deliverer as
/// they begin, change and end.
class SubscriptionSet {
public:
  struct Context {
    const Bearer& bearer;
    Deliverer& deliverer;
    SessionCounters& counters;
    topics::FieldSets& field_sets;
    topics::CellOwner& owner;
    SessionId session;
    std::size_t cells_max;
  };

  explicit SubscriptionSet(const Context& context) : context_(context) {}
  SubscriptionSet(const SubscriptionSet&) = delete;
  SubscriptionSet& operator=(const SubscriptionSet&) = delete;
  /// Takes every cell out of its topic.
  ~SubscriptionSet();

  [[nodiscard]] Subscription* find(std::string_view filter) const;
  /// A subscription that has no cells until `establish`; the reference lives until `remove`.
  Subscription& add(std::string_view filter);
  /// Ends it, with the cells that no other subscription wants; the others ask for less from now on.
  std::unique_ptr<Subscription> remove(Subscription& subscription, TimePoint now);

  /// Gives every one of `topics`, which all match, its cell or its share in the one that is there;
  /// a second time after the options were replaced.
  /// Errors: too_many_topics - there would be more cells than the session may have; nothing was
  /// made.
  protocol::Result<void> establish(Subscription& subscription,
                                   std::span<topics::Topic* const> topics,
                                   TimePoint now);
  /// A topic that an established subscription matches came into being. False: no room for its cell.
  [[nodiscard]] bool on_born(Subscription& subscription, topics::Topic& topic, TimePoint now);
  /// The options of a subscription were changed.
  void refresh(const Subscription& subscription, TimePoint now);

  /// Whether the bearer may still read everything that there is a cell or a subscription for.
  [[nodiscard]] bool is_allowed() const;

  void on_served(const topics::Cell& cell);
  /// Subscriptions all of whose first topics have been brought to the head since the last call.
  [[nodiscard]] std::vector<Subscription*> take_ready();

  [[nodiscard]] std::size_t size() const { return subscriptions_.size(); }
  /// Requests for subscriptions that have no reply yet.
  [[nodiscard]] std::size_t pending_count() const;
  [[nodiscard]] std::size_t cell_count() const { return cells_.size(); }
  template <class Visit>
  void visit(const Visit& visit) const {
    for (const auto& subscription : subscriptions_) visit(*subscription);
  }

  template <class Visit>
  void visit_cells(const Visit& visit) const {
    for (const auto& [topic, cell] : cells_) visit(cell);
  }

private:
  /// Not by address: what happens in which order must not differ from run to run.
  struct ByName {
    std::size_t operator()(const topics::Topic* topic) const {
      return std::hash<std::string_view>{}(topic->name());
    }
  };

  /// The cell of a topic that has one already, or a new one that begins as the subscription says.
  topics::Cell& attach(const Subscription& subscription, topics::Topic& topic, TimePoint now);
  /// The subscription is ready when the cells of these topics have reached the present heads.
  void await(Subscription& subscription, const std::vector<topics::Topic*>& topics);
  /// What all established subscriptions that match the topic ask for together; none: nobody does.
  [[nodiscard]] std::optional<topics::CellOptions> merged_options(const topics::Topic& topic) const;
  /// Of topics that do not exist yet: kept until they do, and counted like cells.
  [[nodiscard]] std::size_t kept_positions() const;
  void change(topics::Cell& cell, const topics::CellOptions& options, TimePoint now);
  void end(topics::Cell& cell);
  void note_ready(const std::vector<Subscription*>& subscriptions);

  Context context_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
  std::unordered_map<topics::Topic*, topics::Cell, ByName> cells_;
  ReadyTracker tracker_;
  std::vector<Subscription*> ready_;
};

}  // namespace weir::gateway::session
