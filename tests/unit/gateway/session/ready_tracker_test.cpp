#include "gateway/session/ready_tracker.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::session {
namespace {

using Ready = std::vector<Subscription*>;

struct Rig {
  Rig() {
    topic.append(topics::next_entry(topic.log()));
    topic.append(topics::next_entry(topic.log()));
    for (auto* cell : {&one, &two}) {
      cell->topic = &topic;
      cell->start = topics::CellStart::running;
    }
  }

  topics::TopicRule rule;
  topics::Topic topic{"a", 1, topics::TopicLog(protocol::Kind::stream, "e1", {}), rule};
  topics::Cell one;
  topics::Cell two;
  Subscription a;
  Subscription b;
  ReadyTracker tracker;
};

}  // namespace

TEST_CASE("a subscription is ready when its last cell has reached the head of its beginning") {
  Rig rig;
  rig.tracker.expect(rig.one, rig.a);
  rig.tracker.expect(rig.two, rig.a);
  rig.topic.append(topics::next_entry(rig.topic.log()));  // later: not waited for
  rig.one.cursor = {1, 1};
  CHECK(rig.tracker.on_served(rig.one).empty());
  rig.one.cursor = {2, 2};
  CHECK(rig.tracker.on_served(rig.one).empty());
  rig.two.cursor = {3, 3};
  CHECK(rig.tracker.on_served(rig.two) == Ready{&rig.a});
  CHECK(rig.tracker.on_served(rig.two).empty());
}

TEST_CASE("a snapshot that has not been sent is waited for, wherever the cursor is") {
  Rig rig;
  rig.one.cursor = {2, 2};
  rig.one.start = topics::CellStart::snapshot;
  rig.tracker.expect(rig.one, rig.a);
  CHECK(rig.tracker.on_served(rig.one).empty());
  rig.one.start = topics::CellStart::running;
  CHECK(rig.tracker.on_served(rig.one) == Ready{&rig.a});
}

TEST_CASE("another life of the topic ends the wait") {
  Rig rig;
  rig.tracker.expect(rig.one, rig.a);
  rig.topic.replace(topics::TopicLog(protocol::Kind::stream, "e2", {}), 2);
  CHECK(rig.tracker.on_served(rig.one) == Ready{&rig.a});
}

TEST_CASE("two subscriptions wait for one cell, each for itself") {
  Rig rig;
  rig.tracker.expect(rig.one, rig.a);
  rig.topic.append(topics::next_entry(rig.topic.log()));
  rig.tracker.expect(rig.one, rig.b);
  rig.one.cursor = {2, 2};
  CHECK(rig.tracker.on_served(rig.one) == Ready{&rig.a});
  rig.one.cursor = {3, 3};
  CHECK(rig.tracker.on_served(rig.one) == Ready{&rig.b});
}

TEST_CASE("a cell that goes is waited for no longer, nor is anything for who has gone") {
  Rig rig;
  rig.tracker.expect(rig.one, rig.a);
  rig.tracker.expect(rig.one, rig.b);
  rig.tracker.forget(rig.b);
  CHECK(rig.tracker.on_gone(rig.one) == Ready{&rig.a});
  CHECK(rig.tracker.on_gone(rig.one).empty());
}

}  // namespace weir::gateway::session
