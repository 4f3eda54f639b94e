#include "gateway/session/session_status.hpp"

#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

// What an operator sees of a session, and changes of it.
namespace weir::gateway::session {

TEST_CASE("a round trip is told of the session, and counted") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  CHECK_FALSE(client.session().status(rig.now.steady).round_trip);
  client.session().on_pong(milliseconds(40), rig.now);
  client.session().on_pong(milliseconds(20), rig.now);
  CHECK(client.session().status(rig.now.steady).round_trip == milliseconds(20));
  CHECK(rig.hub.counters().round_trip.sum_s == doctest::Approx(0.06));
}

TEST_CASE("the lowest of wish, rights and listener is in the reply to connect") {
  Rig rig;
  rig.rights.bytes_per_s = 9000;
  TestClient client(rig.hub, rig.rights, true, {.bytes_per_s = 7000, .max_delay_ms = 30});
  client.say(R"({"op":"connect","id":1,"bytes_per_s":8000,"max_delay_ms":10})");
  CHECK(client.pull() == Words{"ok 1"});
  const auto limits = client.session().status(rig.now.steady).limits;
  CHECK(limits.bytes_per_s == 7000);
  CHECK(limits.max_delay_ms == 30);
}

TEST_CASE("the operator's change holds from the next delivery on, and is told where it changes") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", "0");
  client.say(R"({"op":"subscribe","id":1,"filter":"a"})");
  (void)client.pull();
  client.session().restrict({.bytes_per_s = 2000});
  CHECK(client.wants_flush);
  CHECK(client.pull() == Words{"limits 2000 bytes/s"});
  rig.publish("a", "\"" + std::string(2000, 'x') + "\"");
  CHECK(client.pull().size() == 1);  // goes while the limit is not overdrawn
  rig.publish("a", "2");
  CHECK(client.pull().empty());
  const auto status = client.session().status(rig.now.steady);
  CHECK(status.own_ceilings.bytes_per_s == 2000);
  CHECK(status.backlog.cells == 1);

  client.session().restrict({.bytes_per_s = 2000});
  CHECK(client.pull().empty());  // nothing new to tell
  client.session().restrict({.bytes_per_s = 0});
  CHECK(client.pull() == Words{"limits 0 bytes/s", "a 3=2"});
}

TEST_CASE("what became of the entries of one session is told, and how far it is behind") {
  Rig rig(Rig::with_ring(4));
  TestClient client(rig.hub, rig.rights);
  TestClient other(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"messages_per_s":1})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  client.say(R"({"op":"subscribe","id":3,"filter":"b","delivery":"all"})");
  other.say(R"({"op":"subscribe","id":1,"filter":"a"})");
  (void)client.pull();
  (void)other.pull();
  rig.publish("a", "1");
  (void)client.pull();  // the burst of a quarter is used up
  rig.pass(10);
  rig.publish("a", "1", 3);
  rig.publish("b", "1", 10);
  (void)client.pull();
  rig.pass(90);
  auto status = client.session().status(rig.now.steady);
  CHECK(status.subscriptions == 2);
  CHECK(status.cells == 2);
  CHECK(status.backlog.cells == 2);
  CHECK(status.backlog.age == milliseconds(90));
  CHECK(status.tally.deliveries == 1);
  CHECK(status.tally.throttled_s == doctest::Approx(0.09));
  for (int s = 0; s < 10; ++s) {
    rig.pass(1000);
    (void)client.pull();
  }
  status = client.session().status(rig.now.steady);
  CHECK(status.backlog.cells == 0);
  CHECK(status.backlog.age == Duration{});
  CHECK(status.tally.conflated == 2);
  CHECK(status.tally.gaps == 1);
  CHECK(status.tally.lost == 8);
  CHECK(status.tally.deliveries == 4);
  (void)other.pull();
  const auto others = other.session().status(rig.now.steady).tally;
  const auto& all = rig.hub.counters();
  CHECK(all.deliveries_total == status.tally.deliveries + others.deliveries);
  CHECK(all.delivery_bytes_total == status.tally.delivery_bytes + others.delivery_bytes);
  CHECK(all.conflated_total == status.tally.conflated + others.conflated);
  CHECK(all.gaps_total == 1);
  CHECK(all.lost_total == 8);
}

TEST_CASE("time in which a limit holds what became due is throttled, without a pull in it") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"messages_per_s":1})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  (void)client.pull();
  rig.publish("a", "1");
  (void)client.pull();
  rig.pass(100);
  CHECK(client.session().status(rig.now.steady).tally.throttled_s == 0);  // nothing to send
  rig.publish("a", "2");
  CHECK_FALSE(client.wants_flush);
  rig.pass(200);
  CHECK(client.session().status(rig.now.steady).tally.throttled_s == doctest::Approx(0.2));
  rig.pass(600);
  client.session().on_deadline(rig.now);
  CHECK(client.wants_flush);
  rig.pass(1000);  // now only the socket is in the way
  CHECK(client.session().status(rig.now.steady).tally.throttled_s == doctest::Approx(0.8));
  CHECK(client.pull() == Words{"a 2=2"});
  CHECK(rig.hub.counters().throttled_s == doctest::Approx(0.8));
}

TEST_CASE("what a cell begins with is old, and its client not behind for that") {
  Rig rig;
  rig.publish("a", "1");
  rig.pass(3'600'000);
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a"})");
  const auto status = client.session().status(rig.now.steady);
  CHECK(status.backlog.cells == 1);
  CHECK(status.backlog.age == Duration{});
}

TEST_CASE("a cell that waits for its gate is behind") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","max_rate":0.1})");
  (void)client.pull();
  CHECK(client.session().status(rig.now.steady).backlog.cells == 0);
  rig.publish("a", "2");
  rig.pass(5);
  const auto status = client.session().status(rig.now.steady);
  CHECK(status.backlog.cells == 1);
  CHECK(status.backlog.age == milliseconds(5));
}

}  // namespace weir::gateway::session
