#include "gateway/session/subscription.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::session {
namespace {

using protocol::Delivery;
using protocol::Delta;
using protocol::Kind;
using protocol::OverflowPolicy;
using topics::CellOptions;

}  // namespace

TEST_CASE("streams are delivered whole unless told otherwise, the other kinds as they are now") {
  protocol::SubscribeOptions options;
  CHECK(delivery_for(options, Kind::stream) == Delivery::all);
  for (const auto kind : {Kind::value, Kind::record, Kind::table}) {
    CHECK(delivery_for(options, kind) == Delivery::latest);
  }
  options.delivery = Delivery::latest;
  CHECK(delivery_for(options, Kind::stream) == Delivery::latest);
}

TEST_CASE("the lower rate, where 0 is no limit") {
  CHECK(lower_rate(0, 0) == 0);
  CHECK(lower_rate(0, 5) == 5);
  CHECK(lower_rate(5, 0) == 5);
  CHECK(lower_rate(7, 5) == 5);
}

TEST_CASE("the operator's ceiling shapes latest only") {
  topics::TopicRule rule;
  rule.max_rate = 2;
  rule.max_delay = milliseconds(7);
  const topics::Topic topic("a", 1, topics::TopicLog(Kind::value, "e1", {}), rule);
  topics::FieldSets field_sets;
  Subscription subscription;
  CHECK(cell_options(subscription, topic, field_sets).max_rate == 2);
  subscription.options.max_rate = 1;
  CHECK(cell_options(subscription, topic, field_sets).max_rate == 1);
  subscription.options.delivery = Delivery::all;
  CHECK(cell_options(subscription, topic, field_sets).max_rate == 0);
  CHECK(cell_options(subscription, topic, field_sets).max_delay == milliseconds(7));
}

TEST_CASE("patches are for values with latest, and only where every subscription asks for them") {
  const topics::TopicRule rule;
  topics::FieldSets field_sets;
  Subscription subscription;
  subscription.options.delta = Delta::patch;
  for (const auto kind : {Kind::value, Kind::record, Kind::table, Kind::stream}) {
    CAPTURE(static_cast<int>(kind));
    subscription.options.delivery = Delivery::latest;
    const topics::Topic topic("a", 1, topics::TopicLog(kind, "e1", {}), rule);
    const auto latest = cell_options(subscription, topic, field_sets);
    CHECK(latest.delta == (kind == Kind::value ? Delta::patch : Delta::none));
    subscription.options.delivery = Delivery::all;
    CHECK(cell_options(subscription, topic, field_sets).delta == Delta::none);
    CHECK(merge(latest, latest, field_sets).delta == latest.delta);
    CHECK(merge(latest, CellOptions{}, field_sets).delta == Delta::none);
    CHECK(merge(CellOptions{}, latest, field_sets).delta == Delta::none);
  }
}

TEST_CASE("two subscriptions together: all beats latest, the higher rate and priority, any time") {
  topics::FieldSets field_sets;
  CellOptions slow;
  slow.max_rate = 1;
  slow.wants_time = true;
  slow.on_overflow = OverflowPolicy::close;
  CellOptions fast;
  fast.max_rate = 5;
  fast.wants_counts = true;
  fast.priority = 7;
  fast.on_overflow = OverflowPolicy::close;
  const auto both = merge(slow, fast, field_sets);
  CHECK(both.max_rate == 5);
  CHECK(both.wants_time);
  CHECK(both.wants_counts);
  CHECK(both.priority == 7);
  CHECK(merge(fast, slow, field_sets).priority == 7);
  CHECK(both.on_overflow == OverflowPolicy::close);
  CHECK(merge(fast, CellOptions{}, field_sets).max_rate == 0);
  CHECK(merge(fast, CellOptions{}, field_sets).on_overflow == OverflowPolicy::gap);
  CellOptions every;
  every.delivery = Delivery::all;
  for (const auto& merged : {merge(slow, every, field_sets), merge(every, slow, field_sets)}) {
    CHECK(merged.delivery == Delivery::all);
    CHECK(merged.max_rate == 0);
    CHECK(merged.wants_time);
  }
}

TEST_CASE("what a subscription says of where a cell begins") {
  topics::TopicRule rule;
  const topics::Topic topic("a", 1, topics::TopicLog(Kind::stream, "e1", {}), rule);
  Subscription subscription;
  CHECK_FALSE(start_request(subscription, topic).wants_snapshot);
  CHECK_FALSE(start_request(subscription, topic).has_positions);
  subscription.options.snapshot = true;
  subscription.from.emplace();
  CHECK(start_request(subscription, topic).wants_snapshot);
  CHECK(start_request(subscription, topic).has_positions);
  CHECK(start_request(subscription, topic).position == nullptr);
  subscription.from->emplace("a", protocol::Position{"e1", 3});
  REQUIRE(start_request(subscription, topic).position != nullptr);
  CHECK(start_request(subscription, topic).position->offset == 3);
  CHECK_FALSE(start_request(subscription, topic).is_born_later);
  subscription.is_established = true;
  CHECK(start_request(subscription, topic).is_born_later);
}

}  // namespace weir::gateway::session
