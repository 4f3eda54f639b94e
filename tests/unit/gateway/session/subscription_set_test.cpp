#include "gateway/session/subscription_set.hpp"

#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::session {
namespace {

struct Owner final : topics::CellOwner {
  void on_due(topics::Cell& /*cell*/) override {}
};

/// A set without a session around it.
struct SetRig {
  SetRig() {
    for (const char* name : {"a/1", "a/2", "secret"}) {
      topics.push_back(std::make_unique<topics::Topic>(
          name, topics.size() + 1, topics::TopicLog(protocol::Kind::value, "e1", {}), rule));
    }
  }
  std::vector<topics::Topic*> all() {
    std::vector<topics::Topic*> all;
    for (const auto& topic : topics) all.push_back(topic.get());
    return all;
  }

  topics::TopicRule rule;
  std::vector<std::unique_ptr<topics::Topic>> topics;
  Rights rights;
  tests::AnonymousOnly authenticator{&rights};
  Bearer bearer{authenticator};
  Owner owner;
  SessionCounters counters;
  topics::FieldSets field_sets;
  FrameCache frames{1000, counters};
  StateFrameCache states{1000, frames, counters};
  topics::Replays replays{{}, nullptr};
  Deliverer deliverer{{frames, states, replays, counters, protocol::native::json_codec(), 1}, {}};
  SubscriptionSet set{{bearer, deliverer, counters, field_sets, owner, 1, 3}};
};

}  // namespace

TEST_CASE("cells are made once, for what may be read") {
  SetRig rig;
  auto& wide = rig.set.add("#");
  const auto topics = rig.all();
  CHECK(rig.set.establish(wide, topics, {}));
  CHECK(rig.set.cell_count() == 2);
  auto& narrow = rig.set.add("a/1");
  CHECK(rig.set.establish(narrow, std::span(topics).first(1), {}));
  CHECK(rig.set.cell_count() == 2);
  CHECK(rig.set.find("a/1") == &narrow);
  CHECK(rig.set.find("a/2") == nullptr);
  CHECK(rig.counters.cells == 2);
  CHECK(rig.counters.subscriptions == 2);
}

TEST_CASE("a cell lives as long as one filter wants it") {
  SetRig rig;
  auto& wide = rig.set.add("#");
  auto& narrow = rig.set.add("a/1");
  const auto topics = rig.all();
  CHECK(rig.set.establish(wide, topics, {}));
  CHECK(rig.set.establish(narrow, std::span(topics).first(1), {}));
  CHECK(rig.set.remove(wide, {})->filter == "#");
  CHECK(rig.set.cell_count() == 1);
  (void)rig.set.remove(narrow, {});
  CHECK(rig.set.cell_count() == 0);
  CHECK(rig.counters.cells == 0);
  CHECK(rig.counters.subscriptions == 0);
}

TEST_CASE("a filter that matches nothing is ready at once, and once") {
  SetRig rig;
  auto& subscription = rig.set.add("b");
  CHECK(rig.set.establish(subscription, {}, {}));
  CHECK(rig.set.take_ready() == std::vector<Subscription*>{&subscription});
  CHECK(rig.set.take_ready().empty());
}

TEST_CASE("positions in topics that do not exist yet count like cells") {
  SetRig rig;
  auto& subscription = rig.set.add("a/+");
  subscription.from.emplace();
  const auto topics = rig.all();
  for (const char* name : {"a/1", "a/2", "a/3", "foreign"})
    subscription.from->emplace(name, protocol::Position{"e", 1});
  CHECK(rig.set.establish(subscription, std::span(topics).first(2), {}));  // two cells, one place
  REQUIRE(subscription.from);
  CHECK(subscription.from->size() == 1);
  CHECK(subscription.from->contains("a/3"));
  auto& other = rig.set.add("secret/#");
  other.from.emplace();
  other.from->emplace("secret/1", protocol::Position{"e", 1});
  CHECK_FALSE(rig.set.establish(other, {}, {}).has_value());
}

}  // namespace weir::gateway::session
