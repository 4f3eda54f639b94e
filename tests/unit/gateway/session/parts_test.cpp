#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

// Records and tables from a publish to what a client makes of its deliveries.
namespace weir::gateway::session {
namespace {

using nlohmann::json;
using protocol::Publication;

class NoLinks final : public topics::LinkPort {
public:
  [[nodiscard]] bool try_send(ShardIndex /*to*/, topics::LinkMessage& /*message*/) override {
    return false;
  }
};

class EverythingAllowed final : public Authorizer {
public:
  [[nodiscard]] bool may_subscribe(std::string_view /*filter*/) const override { return true; }
  [[nodiscard]] bool may_read(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return 0; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }
};

class IdlePort final : public ConnectionPort {
public:
  void request_flush() override {}
  void request_close(protocol::CloseReason /*reason*/) override {}
};

HubOptions hub_options() {
  HubOptions options;
  options.seed = 1;
  return options;
}

/// Folds what one session is sent, and checks on the way that each change fits what is held.
class Client {
public:
  Client(Hub& hub, const Authorizer& rights)
      : hub_(&hub), session_(hub, port_, {protocol::native::json_codec(), rights}, hub.now()) {}

  void say(const json& message) {
    session_.on_message(protocol::MessageType::text, message.dump(), hub_->now());
  }

  /// One write of about `budget` bytes. False: there was nothing.
  bool pull(std::size_t budget) {
    WriteBatch batch;
    session_.pull(budget, batch, hub_->now());
    std::string bytes;
    for (const auto& block : batch.blocks) bytes += block.view();
    protocol::websocket::MessageAssembler assembler(
        protocol::websocket::Role::client, limits_, std::nullopt);
    auto in = protocol::as_mutable_bytes(bytes);
    while (true) {
      const auto next = assembler.next(in);
      REQUIRE(next);
      if (!*next) return !batch.blocks.empty();
      take(json::parse(std::get<protocol::websocket::Message>(**next).payload));
    }
  }
  void pull_all() {
    while (pull(65536)) {
    }
  }

  /// All "c" so far.
  [[nodiscard]] std::uint64_t counted() const {
    std::uint64_t sum = 0;
    for (const auto& delivery : deliveries) sum += delivery.value("c", std::uint64_t{0});
    return sum;
  }
  /// Deliveries that are no snapshots; all pages of one together count once.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  json state = json::object();
  bool is_complete = false;  ///< the last delivery did not say that more follows
  std::uint64_t offset = 0;
  std::vector<json> replies;
  std::vector<json> gaps;
  std::vector<json> deliveries;

private:
  void take(const json& message) {
    if (message.contains("re")) return replies.push_back(message);
    if (message.contains("op")) {
      if (message["op"] == "gap") gaps.push_back(message);
      return;
    }
    deliveries.push_back(message);
    const bool is_page = message.contains("m");
    if (message.contains("b")) {
      REQUIRE(message["b"] == offset);
      if (message.contains("f")) merge(message["f"], state);
      if (message.contains("x")) {
        for (const auto& key : message["x"]) state.erase(key.get<std::string>());
      }
      if (message.contains("k")) {
        for (const auto& [key, row] : message["k"].items()) {
          if (!state.contains(key)) state[key] = json::object();
          merge(row, state[key]);
        }
      }
    } else {
      state = message.contains("d") ? message["d"] : json::object();
    }
    REQUIRE(message["o"] >= offset);
    offset = message["o"];
    is_complete = !is_page;
    is_in_snapshot_ |= message.contains("s");
    if (!is_page && !std::exchange(is_in_snapshot_, false)) ++changes_;
  }

  static void merge(const json& changes, json& into) {
    for (const auto& [name, value] : changes.items()) {
      if (value.is_null()) {
        into.erase(name);
      } else {
        into[name] = value;
      }
    }
  }

  protocol::websocket::MessageLimits limits_{std::size_t{1} << 20U, std::size_t{1} << 21U};
  bool is_in_snapshot_ = false;
  std::uint64_t changes_ = 0;
  IdlePort port_;
  Hub* hub_;
  Session session_;
};

struct World {
  NoLinks links;
  EverythingAllowed rights;
  Hub hub{hub_options(), links, nullptr};
  Now now{TimePoint{} + std::chrono::hours(1), 1'790'000'000'000};

  World() { hub.begin_turn(now); }

  void pass(Duration duration) {
    now.steady += duration;
    hub.begin_turn(now);
  }

  void publish(Publication publication) {
    const auto result = hub.accept(std::move(publication));
    REQUIRE_MESSAGE(result, result.error().detail);
  }
  void update(std::string topic, std::string key, std::vector<protocol::Field> fields) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.operation = protocol::Operation::update;
    publication.key = std::move(key);
    publication.fields = std::move(fields);
    publish(std::move(publication));
  }
  void remove(std::string topic, std::string key) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.operation = protocol::Operation::remove;
    publication.key = std::move(key);
    publish(std::move(publication));
  }
  void replace(std::string topic, std::string json_text) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.payload.bytes = std::move(json_text);
    publish(std::move(publication));
  }
};

json subscribe(int id, const char* filter, json options = json::object()) {
  options["op"] = "subscribe";
  options["id"] = id;
  options["filter"] = filter;
  return options;
}

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
