#include "tests/unit/gateway/session/parts_fixture.hpp"

// Records and tables from a publish to what a client makes of its deliveries.
namespace weir::gateway::session {
namespace {

TEST_CASE(
    "a record begins with its state and goes on with what changed, however much was left out") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1.10"}, {"ask", "2"}, {"name", "\"A long name of it\""}});
  client.say(subscribe(1, "q"));
  client.pull_all();
  REQUIRE(client.deliveries.size() == 1);
  CHECK(client.deliveries[0]["d"] ==
        json::parse(R"({"bid":1.10,"ask":2,"name":"A long name of it"})"));
  CHECK(client.deliveries[0]["s"] == true);
  for (int i = 0; i < 5; ++i) world.update("q", "", {{"bid", std::to_string(i)}});
  world.update("q", "", {{"ask", "null"}});
  client.pull_all();
  REQUIRE(client.deliveries.size() == 2);
  CHECK(client.deliveries[1]["b"] == 1);
  CHECK(client.deliveries[1]["f"] == json::parse(R"({"bid":4,"ask":null})"));
  CHECK(client.state == json::parse(R"({"bid":4,"name":"A long name of it"})"));
}

TEST_CASE(
    "a change that the client has not chosen is no delivery, and the next one fits its base") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1"}, {"ask", "2"}});
  client.say(subscribe(1, "q", {{"fields", {"bid"}}}));
  client.pull_all();
  world.update("q", "", {{"ask", "3"}});
  client.pull_all();
  CHECK(client.deliveries.size() == 1);
  world.update("q", "", {{"bid", "4"}});
  client.pull_all();
  CHECK(client.state == json::parse(R"({"bid":4})"));
  client.say(subscribe(2, "q", {{"fields", {"ask", "bid"}}}));
  client.pull_all();
  CHECK(client.state == json::parse(R"({"ask":3,"bid":4})"));
}

TEST_CASE("a record that is deleted is empty") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"bid", "1"}});
  client.say(subscribe(1, "q"));
  client.pull_all();
  world.remove("q", "");
  client.pull_all();
  CHECK(client.deliveries.back()["x"] == true);
  CHECK(client.state.empty());
}

TEST_CASE("the whole of a table that its source sends again costs only what changed") {
  World world;
  Client client(world.hub, world.rights);
  world.update("t", "a", {{"x", "1"}});
  client.say(subscribe(1, "t"));
  client.pull_all();
  world.replace("t", R"({"a":{"x":1},"b":{"x":2},"c":{"x":3}})");
  world.replace("t", R"({"a":{"x":1},"c":{"x":4}})");
  client.pull_all();
  CHECK(client.deliveries.back()["k"] == json::parse(R"({"c":{"x":4}})"));
  CHECK(client.deliveries.back()["x"] == json::parse(R"(["b"])"));
  CHECK(client.state == json::parse(R"({"a":{"x":1},"c":{"x":4}})"));
}

TEST_CASE("all of a record is its state and then each entry, a gap is followed by the state") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"n", "0"}, {"other", "\"a long text that makes changes smaller\""}});
  client.say(subscribe(1, "q", {{"delivery", "all"}}));
  client.pull_all();
  for (int i = 1; i <= 3; ++i) world.update("q", "", {{"n", std::to_string(i)}});
  client.pull_all();
  REQUIRE(client.deliveries.size() == 4);
  CHECK(client.deliveries[3]["b"] == 3);
  CHECK(client.deliveries[3]["f"] == json::parse(R"({"n":3})"));
  for (int i = 4; i <= 203; ++i) world.update("q", "", {{"n", std::to_string(i)}});
  client.pull_all();
  REQUIRE(client.gaps.size() == 1);
  CHECK(client.gaps[0]["lost"] == 200);
  CHECK(client.gaps[0]["to"] == 204);
  CHECK(client.state["n"] == 203);
}

TEST_CASE("counts tell each entry of a record once, beside the one that a delivery is") {
  World world;
  Client client(world.hub, world.rights);
  world.update("q", "", {{"n", "0"}, {"m", "0"}});
  client.say(subscribe(1, "q", {{"counts", true}, {"fields", {"n"}}}));
  client.pull_all();
  CHECK_FALSE(client.deliveries.back().contains("c"));  // a snapshot is no entry
  world.update("q", "", {{"n", "1"}});
  client.pull_all();
  CHECK_FALSE(client.deliveries.back().contains("c"));
  for (int i = 2; i <= 5; ++i) world.update("q", "", {{"n", std::to_string(i)}});
  client.pull_all();
  CHECK(client.deliveries.back()["c"] == 3);
  world.update("q", "", {{"m", "1"}});  // nothing that this client wants
  client.pull_all();
  world.update("q", "", {{"n", "6"}});
  client.pull_all();
  CHECK(client.deliveries.back()["c"] == 1);
  CHECK(client.counted() + client.changes() == 7);
  CHECK(world.hub.stats().sessions.conflated_total == client.counted());
}

TEST_CASE("counts of a table are told once for all pages, with what came between them") {
  World world;
  Client client(world.hub, world.rights);
  const auto write = [&](int value) {
    for (int row = 0; row < 1000; ++row) {
      world.update("t", "row" + std::to_string(row), {{"x", std::to_string(value)}});
    }
  };
  write(0);
  client.say({{"op", "limit"}, {"id", 1}, {"bytes_per_s", 8000}});  // pages of 1 KiB
  client.say(subscribe(2, "t", {{"counts", true}}));
  const auto read = [&] {
    while (!client.pull(65536) || !client.is_complete) world.pass(std::chrono::milliseconds(100));
    world.pass(std::chrono::seconds(2));
    client.pull_all();
  };
  read();
  const auto pages_of_the_snapshot = client.deliveries.size();
  REQUIRE(pages_of_the_snapshot > 1);
  CHECK(client.counted() == 0);
  write(1);
  client.pull(65536);
  REQUIRE_FALSE(client.is_complete);
  write(2);
  read();
  CHECK(client.deliveries.size() > pages_of_the_snapshot + 2);
  CHECK(client.counted() + client.changes() == 2000);
  CHECK(world.hub.stats().sessions.conflated_total == client.counted());
}

TEST_CASE("clients of records and tables end on the state of the source, whatever they missed") {
  const auto seed = tests::seed_or(20261126);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 5; ++round) {
    World world;
    std::map<std::string, json> truth{{"r", json::object()}, {"t", json::object()}};
    world.update("r", "", {{"a", "0"}});
    truth["r"] = {{"a", 0}};
    world.update("t", "k0", {});
    truth["t"] = {{"k0", json::object()}};
    struct Reader {
      std::unique_ptr<Client> client;
      std::string topic;
    };
    std::vector<Reader> readers;
    for (int i = 0; i < 8; ++i) {
      Reader reader{std::make_unique<Client>(world.hub, world.rights), i % 2 == 0 ? "r" : "t"};
      const json options = i < 6 ? json::object() : json{{"delivery", "all"}};
      reader.client->say(subscribe(1, reader.topic.c_str(), options));
      readers.push_back(std::move(reader));
    }
    for (int step = 0; step < 3000; ++step) {
      const auto name = std::string(1, static_cast<char>('a' + random.below(8)));
      const auto key = "k" + std::to_string(random.below(300));
      const auto number = std::to_string(random.below(4));
      const auto choice = random.below(12);
      auto& record = truth["r"];
      auto& table = truth["t"];
      if (choice == 0) {
        world.update("r", "", {{name, "null"}});
        record.erase(name);
      } else if (choice < 4) {
        world.update("r", "", {{name, number}});
        record[name] = json::parse(number);
      } else if (choice < 6) {
        world.remove("t", key);
        table.erase(key);
      } else {
        const auto text = random.once_in(5) ? "null" : number;
        world.update("t", key, {{name, text}});
        if (!table.contains(key)) table[key] = json::object();
        table[key].erase(name);
        if (text != "null") table[key][name] = json::parse(text);
      }
      if (random.once_in(700)) {
        world.remove("t", "");
        table = json::object();
      }
      auto& reader = readers[random.below(readers.size())];
      if (!random.once_in(4)) continue;
      reader.client->pull(random.below(4000));
    }
    for (auto& reader : readers) {
      reader.client->pull_all();
      CHECK(reader.client->is_complete);
      CHECK(reader.client->state == truth[reader.topic]);
    }
  }
}

}  // namespace
}  // namespace weir::gateway::session
