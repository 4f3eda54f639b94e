#include "adapters/abi/adapter.hpp"

#include "adapters/abi/adapter_instance.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <new>
#include <optional>
#include <string>

namespace weir::adapters::abi {
namespace {

/// What the last instance saw, and what it shall do.
struct Script {
  std::string fail_in;
  std::vector<std::string> calls;
  std::optional<PendingSend> kept;

  void reset() {
    fail_in.clear();
    calls.clear();
    kept.reset();
  }
};

Script script;

class Scripted final : public Adapter {
public:
  Scripted(const Settings& settings, Host host) : host_(host) {
    CHECK(settings.name == "scripted");
    CHECK(settings.entry_bytes_max == 1000);
    seen("open " + std::string(settings.config) + " " + std::to_string(settings.topics.size()));
    fail("open");
  }
  ~Scripted() override { seen("close"); }

  void start() override {
    seen("start");
    fail("start");
    host_.publish(replace_entry("a/b", "1"));
  }
  void stop() override {
    seen("stop");
    fail("stop");
  }
  void wanted(std::string_view filter) override {
    seen("wanted " + std::string(filter) + " of " + std::to_string(host_.wanted().size()));
    fail("wanted");
  }
  void unwanted(std::string_view filter) override { seen("unwanted " + std::string(filter)); }
  void resumed() override { seen("resumed"); }
  void receipts(const Receipts& receipts) override {
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      const weir_receipt receipt = receipts[i];
      seen("receipt " + std::to_string(receipt.receipt) + " " +
           (receipt.error != nullptr
                ? std::string(receipt.error->message)
                : std::string(to_view(receipt.epoch)) + ":" + std::to_string(receipt.offset)));
    }
  }
  void send(PendingSend send, const weir_publication& publication) override {
    const std::string_view topic = to_view(publication.topic);
    seen("send " + std::string(topic));
    fail("send");
    if (topic == "yes") send.accept();
    if (topic == "no") send.refuse(WEIR_ERROR_FORBIDDEN, "not here");
    if (topic == "later") script.kept.emplace(std::move(send));
  }
  void replay(PendingReplay replay, const weir_replay_request& request) override {
    seen("replay " + std::string(to_view(request.topic)) + " " + std::to_string(request.from) +
         ".." + std::to_string(request.to));
    weir_publication entry = replace_entry(to_view(request.topic), "1");
    entry.epoch = request.epoch;
    entry.offset = request.to;
    CHECK(replay.publish({&entry, 1}) == Answer::accepted);
    replay.end();
  }

private:
  static void seen(std::string call) { script.calls.push_back(std::move(call)); }
  static void fail(const std::string& where) {
    if (script.fail_in != where) return;
    if (where == "open") throw Failure("key 'x' is unknown", WEIR_ERROR_BAD_REQUEST);
    if (where == "start") throw std::runtime_error("no socket");
    if (where == "stop") throw 7;  // NOLINT(*-std-exception-*): what is no std::exception
    throw std::bad_alloc();
  }

  Host host_;
};

/// Overrides nothing that is optional.
class Minimal final : public Adapter {
public:
  Minimal(const Settings& /*settings*/, Host /*host*/) {}
  void start() override {}
  void stop() override {}
};

const AdapterSettings settings{.name = "scripted",
                               .config_json = R"({"a":1})",
                               .topics = {"x/#", "y"},
                               .entry_bytes_max = 1000};

AdapterCode code() {
  return checked_code(adapter_table<Scripted>(WEIR_ABI_VERSION, "scripted", "1"), Trust::plugin);
}

}  // namespace

TEST_CASE("the gateway's calls reach the overridden members, in order, until the destructor") {
  script.reset();
  tests::RecordingPort port;
  {
    AdapterInstance instance(code(), settings, port);
    instance.wanted("early");
    instance.start();
    instance.wanted("x/1");
    instance.wanted("x/1");
    instance.unwanted("x/1");
    instance.resumed();
    instance.receipts(std::vector<Receipt>{
        {.receipt = 4, .result = protocol::Position{.epoch = "k", .offset = 9}},
        {.receipt = 5, .result = protocol::fail(protocol::ErrorCode::rate, "too fast")}});
  }
  CHECK(script.calls == std::vector<std::string>{R"(open {"a":1} 2)",
                                                 "start",
                                                 "wanted early of 1",
                                                 "wanted x/1 of 2",
                                                 "unwanted x/1",
                                                 "resumed",
                                                 "receipt 4 k:9",
                                                 "receipt 5 too fast",
                                                 "stop",
                                                 "close"});
  REQUIRE(port.item_count() == 1);
  CHECK(port.take_items()[0].publication.topic == "a/b");
}

TEST_CASE("a send ends as the adapter says, and as unknown where it says nothing") {
  script.reset();
  tests::RecordingPort port;
  AdapterInstance instance(code(), settings, port);
  instance.start();
  const auto send = [&](std::uint64_t id, const char* topic) {
    protocol::Publication publication;
    publication.topic = topic;
    instance.send({.send_id = id, .publication = publication});
  };
  send(1, "yes");
  send(2, "no");
  send(3, "nothing");
  send(4, "later");
  REQUIRE(port.outcomes().size() == 3);
  CHECK(port.outcomes()[0].outcome == Outcome::accepted);
  CHECK(port.outcomes()[1].outcome == Outcome::refused);
  CHECK(port.outcomes()[1].error == protocol::Error{protocol::ErrorCode::forbidden, "not here"});
  CHECK(port.outcomes()[2].send_id == 3);
  CHECK(port.outcomes()[2].outcome == Outcome::unknown);

  REQUIRE(script.kept);
  script.kept->accept();
  script.kept.reset();
  REQUIRE(port.outcomes().size() == 4);
  CHECK(port.outcomes()[3].send_id == 4);
  CHECK(port.outcomes()[3].outcome == Outcome::accepted);

  script.fail_in = "send";
  send(5, "yes");
  REQUIRE(port.outcomes().size() == 5);
  CHECK(port.outcomes()[4].outcome == Outcome::unknown);
  CHECK(instance.counters().at("exceptions") == 1);
}

TEST_CASE("a replay hands entries in and ends") {
  script.reset();
  tests::RecordingPort port;
  AdapterInstance instance(code(), settings, port);
  instance.start();
  instance.replay({.replay_id = 8, .topic = "x/1", .epoch = "k", .from = 3, .to = 7});
  REQUIRE(port.parts().size() == 2);
  CHECK(port.parts()[0].entries.at(0).source_position ==
        protocol::Position{.epoch = "k", .offset = 7});
  CHECK(port.parts()[1].is_last);
  CHECK(port.parts()[1].result);
}

TEST_CASE("what the constructor and start throw becomes the reason") {
  script.reset();
  tests::RecordingPort port;
  script.fail_in = "open";
  CHECK_THROWS_WITH_AS(AdapterInstance(code(), settings, port),
                       "adapter 'scripted': key 'x' is unknown",
                       AdapterError);
  script.fail_in = "start";
  AdapterInstance instance(code(), settings, port);
  CHECK_THROWS_WITH_AS(instance.start(), "adapter 'scripted': no socket", AdapterError);
}

TEST_CASE("what other members throw is counted and logged, and goes no further") {
  script.reset();
  tests::RecordingPort port;
  AdapterInstance instance(code(), settings, port);
  instance.start();
  script.fail_in = "wanted";
  instance.wanted("x/1");
  script.fail_in = "stop";
  instance.stop();
  CHECK(instance.counters().at("exceptions") == 2);
  const auto lines = port.reports<LogReport>();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "wanted threw std::bad_alloc");
  CHECK(lines[1].text == "stop threw something that is no std::exception");
}

TEST_CASE("what is not overridden is not in the table") {
  const weir_adapter& minimal = *adapter_table<Minimal>(WEIR_ABI_VERSION, "minimal", "1");
  CHECK_FALSE(static_cast<bool>(minimal.wanted));
  CHECK_FALSE(static_cast<bool>(minimal.unwanted));
  CHECK_FALSE(static_cast<bool>(minimal.resumed));
  CHECK_FALSE(static_cast<bool>(minimal.receipts));
  CHECK_FALSE(static_cast<bool>(minimal.send));
  CHECK_FALSE(static_cast<bool>(minimal.replay));
  CHECK(to_view(minimal.name) == "minimal");
  tests::RecordingPort port;
  AdapterInstance instance(checked_code(&minimal, Trust::plugin), settings, port);
  CHECK_FALSE(instance.can_send());
  CHECK_FALSE(instance.can_replay());
  CHECK(adapter_table<Minimal>(WEIR_ABI_VERSION + 1, "minimal", "1") == nullptr);
}

}  // namespace weir::adapters::abi
