#include "tests/unit/gateway/session/parts_fixture.hpp"

// Where clients of records begin, and from where they go on.
namespace weir::gateway::session {
namespace {

TEST_CASE("without a snapshot the first change of a record is told as the whole") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1"}, {"ask", "2"}});
  client.say(subscribe(1, "q", {{"snapshot", false}}));
  client.pull_all();
  CHECK(client.deliveries.empty());
  world.update("q", "", {{"ask", "3"}});
  client.pull_all();
  REQUIRE(client.deliveries.size() == 1);
  CHECK(client.state == json::parse(R"({"bid":1,"ask":3})"));
}

TEST_CASE("a resumed record in which nothing mattered is ready, and goes on from where it was") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1"}});
  std::string epoch;
  world.hub.visit_topics("q", [&](const topics::Topic& topic) { epoch = topic.log().epoch(); });
  world.update("q", "", {{"bid", "1"}});
  const json from = {{"q", {{"epoch", epoch}, {"offset", 1}}}};
  client.say(subscribe(1, "q", {{"from", from}}));
  client.pull_all();
  CHECK(client.deliveries.empty());
  CHECK(client.readies == std::vector<std::size_t>{0});
  client.say(subscribe(2, "q", {{"delivery", "all"}}));
  client.offset = 1;
  client.pull_all();
  // What changed nothing is an entry, too.
  REQUIRE(client.deliveries.size() == 1);
  CHECK(client.offset == 2);
}

TEST_CASE("other fields are ready when their state has come") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1"}, {"ask", "2"}});
  client.say(subscribe(1, "q", {{"fields", {"bid"}}}));
  client.pull_all();
  client.say(subscribe(2, "q", {{"fields", {"ask"}}}));
  client.pull_all();
  CHECK(client.readies == std::vector<std::size_t>{1, 2});
  CHECK(client.state == json::parse(R"({"ask":2})"));
}

TEST_CASE("what the source lost before the first state does not move the base of a change") {
  World world;
  Client client(world.hub, world.rights);
  Publication gap;
  gap.topic = "q";
  gap.kind = protocol::Kind::record;
  gap.operation = protocol::Operation::gap;
  world.publish(gap);
  client.say(subscribe(1, "q"));
  client.pull_all();
  world.update("q", "", {{"bid", "1"}});
  client.pull_all();
  CHECK(client.state == json::parse(R"({"bid":1})"));
}

}  // namespace
}  // namespace weir::gateway::session
