#include "adapters/abi/adapter_instance.hpp"

#include "adapters/abi/host.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::adapters::abi {
namespace {

/// A plug-in in C's manner, of which each test takes what it needs.
struct Plain {
  std::optional<Host> host;
  std::vector<std::string> calls;
  int start_result = 0;
  bool is_throwing = false;
};

Plain plain;

void called(const std::string& name) {
  plain.calls.push_back(name);
  if (plain.is_throwing) throw std::runtime_error("boom");
}

weir_adapter table() {
  weir_adapter table{};
  table.size = sizeof table;
  table.abi_version = WEIR_ABI_VERSION;
  table.open = [](const weir_settings* settings, const weir_host* host, weir_error* error) {
    if (to_view(settings->config) == "{}") {
      plain.host.emplace(host);
      return static_cast<void*>(&plain);
    }
    fill_error(error, WEIR_ERROR_BAD_REQUEST, "key 'x' is unknown");
    return static_cast<void*>(nullptr);
  };
  table.start = [](void*, weir_error* error) {
    called("start");
    if (plain.start_result != 0) fill_error(error, WEIR_ERROR_UNAVAILABLE, "address in use");
    return plain.start_result;
  };
  table.stop = [](void*) { called("stop"); };
  table.close = [](void*) { plain.calls.emplace_back("close"); };
  table.wanted = [](void*, weir_text filter) { called("+" + std::string(to_view(filter))); };
  table.unwanted = [](void*, weir_text filter) { called("-" + std::string(to_view(filter))); };
  table.resumed = [](void*) { called("resumed"); };
  table.receipts = [](void*, const weir_receipt*, size_t count) {
    called("receipts " + std::to_string(count));
  };
  table.send = [](void*, uint64_t id, const weir_publication*) {
    called("send " + std::to_string(id));
  };
  table.replay = [](void*, const weir_replay_request* request) {
    called("replay " + std::to_string(request->id));
  };
  return table;
}

AdapterCode code_of(const weir_adapter& table) {
  return checked_code(&table, Trust::plugin);
}

const AdapterSettings settings{.name = "plain", .topics = {}};

}  // namespace

TEST_CASE("nothing is called before start and after stop, but receipts until the end") {
  plain = {};
  tests::RecordingPort port;
  const std::vector<Receipt> receipts{
      {.receipt = 1, .result = protocol::Position{.epoch = "k", .offset = 1}}};
  {
    AdapterInstance instance(code_of(table()), settings, port);
    instance.wanted("a");
    instance.wanted("b");
    instance.unwanted("b");
    instance.resumed();
    CHECK(plain.calls.empty());
    instance.start();
    instance.resumed();
    instance.stop();
    instance.stop();
    instance.wanted("c");
    instance.resumed();
    instance.receipts(receipts);
    instance.receipts({});
  }
  CHECK(plain.calls ==
        std::vector<std::string>{"start", "+a", "resumed", "stop", "receipts 1", "close"});
}

TEST_CASE("a configuration that the adapter refuses names the adapter and the key") {
  tests::RecordingPort port;
  CHECK_THROWS_WITH_AS(
      AdapterInstance(
          code_of(table()), {.name = "plain", .config_json = R"({"x":1})", .topics = {}}, port),
      "adapter 'plain': key 'x' is unknown",
      AdapterError);
}

TEST_CASE("an adapter that cannot start is closed without stop") {
  plain = {};
  plain.start_result = -1;
  tests::RecordingPort port;
  {
    AdapterInstance instance(code_of(table()), settings, port);
    CHECK_THROWS_WITH_AS(instance.start(), "adapter 'plain': address in use", AdapterError);
  }
  CHECK(plain.calls == std::vector<std::string>{"start", "close"});
}

TEST_CASE("an adapter that throws in open or start says so, and is not there") {
  plain = {};
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.open = [](const weir_settings*, const weir_host*, weir_error*) -> void* {
    throw std::runtime_error("boom");
  };
  CHECK_THROWS_WITH_AS(AdapterInstance(code_of(functions), settings, port),
                       "adapter 'plain': open threw boom",
                       AdapterError);
  plain.is_throwing = true;
  {
    AdapterInstance instance(code_of(table()), settings, port);
    CHECK_THROWS_WITH_AS(instance.start(), "adapter 'plain': start threw boom", AdapterError);
  }
  CHECK(plain.calls == std::vector<std::string>{"start", "close"});
}

TEST_CASE("an adapter that throws in receipts, stop and close ends all the same") {
  plain = {};
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.close = [](void*) { called("close"); };
  {
    AdapterInstance instance(code_of(functions), settings, port);
    instance.start();
    plain.is_throwing = true;
    instance.receipts(std::vector<Receipt>{
        {.receipt = 1, .result = protocol::Position{.epoch = "k", .offset = 1}}});
    instance.stop();
    CHECK(instance.counters().at("exceptions") == 2);
  }
  CHECK(plain.calls == std::vector<std::string>{"start", "receipts 1", "stop", "close"});
  CHECK(port.reports<LogReport>().size() == 3);
}

TEST_CASE("entries are taken from start to stop, and refused in open and close") {
  plain = {};
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.open = [](const weir_settings*, const weir_host* host, weir_error*) {
    plain.host.emplace(host);
    weir_refusal refusal{};
    CHECK(plain.host->publish(replace_entry("a", "1"), &refusal) == Answer::refused);
    CHECK(refusal.error.code == WEIR_ERROR_BAD_REQUEST);
    return static_cast<void*>(&plain);
  };
  functions.start = [](void*, weir_error*) {
    CHECK(plain.host->publish(replace_entry("a", "1")) == Answer::accepted);
    return 0;
  };
  functions.stop = [](void*) {
    CHECK(plain.host->publish(replace_entry("a", "2")) == Answer::accepted);
  };
  functions.close = [](void*) {
    weir_refusal refusal{};
    CHECK(plain.host->publish(replace_entry("a", "3"), &refusal) == Answer::refused);
    CHECK(refusal.error.code == WEIR_ERROR_DRAINING);
  };
  {
    AdapterInstance instance(code_of(functions), settings, port);
    instance.start();
  }
  CHECK(port.item_count() == 2);
}

TEST_CASE("room that there was again before start had returned is told afterwards") {
  plain = {};
  static AdapterInstance* starting = nullptr;
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.start = [](void*, weir_error*) {
    plain.calls.emplace_back("start");
    starting->resumed();
    return 0;
  };
  AdapterInstance instance(code_of(functions), settings, port);
  starting = &instance;
  instance.resumed();
  instance.start();
  CHECK(plain.calls == std::vector<std::string>{"start", "resumed"});
  instance.resumed();
  CHECK(plain.calls.size() == 3);
}

TEST_CASE("a call is in the book while it runs") {
  plain = {};
  static CallBook book;
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.wanted = [](void*, weir_text) {
    const auto call = book.oldest();
    plain.calls.push_back(call ? std::string(call->function) : "nothing");
  };
  AdapterInstance instance(code_of(functions), settings, port, &book);
  instance.start();
  instance.wanted("a");
  CHECK(plain.calls == std::vector<std::string>{"start", "wanted"});
  CHECK_FALSE(book.oldest());
}

TEST_CASE("an adapter that throws across the ABI all the same does not take the gateway along") {
  plain = {};
  tests::RecordingPort port;
  AdapterInstance instance(code_of(table()), settings, port);
  instance.start();
  plain.is_throwing = true;
  instance.wanted("a");
  instance.resumed();
  instance.send({.send_id = 3, .publication = {}});
  instance.replay({.replay_id = 4, .topic = "a", .epoch = "k", .from = 0, .to = 1});
  CHECK(instance.counters().at("exceptions") == 4);
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].outcome == Outcome::unknown);
  REQUIRE(port.parts().size() == 1);
  CHECK(port.parts()[0].is_last);
  CHECK_FALSE(port.parts()[0].result);
  instance.stop();
}

TEST_CASE("sends and replays that are open when the adapter stops get their end") {
  plain = {};
  tests::RecordingPort port;
  AdapterInstance instance(code_of(table()), settings, port);
  instance.start();
  instance.send({.send_id = 3, .publication = {}});
  instance.replay({.replay_id = 4, .topic = "a", .epoch = "k", .from = 0, .to = 1});
  CHECK(port.outcomes().empty());
  instance.stop();
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].outcome == Outcome::unknown);
  REQUIRE(port.parts().size() == 1);
  CHECK(port.parts()[0].result.error().code == protocol::ErrorCode::unavailable);

  plain.host->sent(3, WEIR_SENT, nullptr);  // too late, and a second time
  CHECK(port.outcomes().size() == 1);
  instance.send({.send_id = 5, .publication = {}});
  REQUIRE(port.outcomes().size() == 2);
  CHECK(port.outcomes()[1].outcome == Outcome::refused);
  CHECK(port.outcomes()[1].error.code == protocol::ErrorCode::unavailable);
}

TEST_CASE("an adapter without send and replay answers unsupported") {
  plain = {};
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.send = nullptr;
  functions.replay = nullptr;
  functions.receipts = nullptr;
  AdapterInstance instance(code_of(functions), settings, port);
  instance.start();
  CHECK_FALSE(instance.can_send());
  CHECK_FALSE(instance.can_replay());
  instance.send({.send_id = 3, .publication = {}});
  instance.replay({.replay_id = 4, .topic = "a", .epoch = "k", .from = 0, .to = 1});
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].error.code == protocol::ErrorCode::unsupported);
  REQUIRE(port.parts().size() == 1);
  CHECK(port.parts()[0].result.error().code == protocol::ErrorCode::unsupported);
}

TEST_CASE("an adapter of an older header lacks what it did not know") {
  plain = {};
  tests::RecordingPort port;
  weir_adapter functions = table();
  functions.size = offsetof(weir_adapter, unwanted);
  AdapterInstance instance(code_of(functions), settings, port);
  instance.start();
  instance.wanted("a");
  instance.unwanted("a");
  CHECK_FALSE(instance.can_send());
  CHECK(plain.calls == std::vector<std::string>{"start", "+a"});
}

}  // namespace weir::adapters::abi
