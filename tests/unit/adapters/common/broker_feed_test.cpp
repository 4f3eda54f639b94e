#include "adapters/common/broker_feed.hpp"

#include "adapters/abi/host_functions.hpp"
#include "adapters/common/wake_up.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <poll.h>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::common {
namespace {

using protocol::Unexpected;

/// What a test sees of a link, and what it makes the broker do.
struct Wire {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> calls;
  std::deque<BrokerEvent> events;
  bool is_reachable = true;
  bool is_lost = false;
  Continuity continuity = Continuity::kept;
  WakeUp wake_up;

  void call(std::string text) {
    const std::lock_guard lock(mutex);
    calls.push_back(std::move(text));
    changed.notify_all();
  }
  void come(BrokerEvent event) {
    {
      const std::lock_guard lock(mutex);
      events.push_back(std::move(event));
    }
    wake_up.signal();
  }
  void break_off(bool is_reachable_again, Continuity after = Continuity::kept) {
    {
      const std::lock_guard lock(mutex);
      is_lost = true;
      is_reachable = is_reachable_again;
      continuity = after;
    }
    wake_up.signal();
  }
  /// False: not within ten seconds.
  bool wait_for(const std::string& text) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), [&] {
      return std::find(calls.begin(), calls.end(), text) != calls.end();
    });
  }
  std::size_t count(const std::string& text) {
    const std::lock_guard lock(mutex);
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), text));
  }
};

class FakeLink final : public BrokerLink {
public:
  explicit FakeLink(Wire& wire) : wire_(wire) {}

  protocol::Result<Continuity, std::string> open(std::size_t broker) override {
    wire_.call("open " + std::to_string(broker));
    const std::lock_guard lock(wire_.mutex);
    if (!wire_.is_reachable) return Unexpected<std::string>("nobody is there");
    wire_.is_lost = false;
    last_tag_ = 0;
    return wire_.continuity;
  }
  void close() override { wire_.call("close"); }
  void drop() override {}
  void interrupt() override {}
  protocol::Result<std::optional<BrokerEvent>, std::string> next() override {
    wire_.wake_up.acknowledge();
    const std::lock_guard lock(wire_.mutex);
    if (wire_.is_lost) return Unexpected<std::string>("it is gone");
    if (wire_.events.empty()) return std::optional<BrokerEvent>();
    std::optional<BrokerEvent> event(std::move(wire_.events.front()));
    wire_.events.pop_front();
    return event;
  }
  void watch(Reading /*reading*/, std::vector<pollfd>& out) const override {
    out.push_back({wire_.wake_up.descriptor(), POLLIN, 0});
  }
  protocol::Result<void, std::string> settle(const Settlement& settlement) override {
    wire_.call("settle " + std::to_string(settlement.tag));
    return {};
  }
  [[nodiscard]] bool can_send() const override { return true; }
  protocol::Result<std::uint64_t, std::string> publish(const OutgoingMessage& message) override {
    wire_.call("publish " + message.subject + " " + message.body);
    return ++last_tag_;
  }
  protocol::Result<void, std::string> subscribe(std::uint64_t id,
                                                std::span<const SubjectPattern> patterns) override {
    for (const auto& pattern : patterns)
      wire_.call("subscribe " + std::to_string(id) + " " + pattern.text);
    return {};
  }
  protocol::Result<void, std::string> unsubscribe(
      std::uint64_t id, std::span<const SubjectPattern> patterns) override {
    for (const auto& pattern : patterns)
      wire_.call("unsubscribe " + std::to_string(id) + " " + pattern.text);
    return {};
  }

private:
  Wire& wire_;
  std::uint64_t last_tag_ = 0;
};

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{.entry_bytes_max = 1000, .trust = abi::Trust::built_in}, port};
  abi::Host host{&functions.table()};
  Wire wire;

  BrokerFeedSetup setup() {
    ConfigReader reader(R"({"topic":"q/{subject[1]}"})");
    BrokerFeedSetup setup;
    setup.brokers = {"mq://first", "mq://second"};
    setup.reconnect_max = std::chrono::milliseconds(10);
    setup.mapping = read_mapping(reader, {.subject = "subject", .headers = "header", .origin = ""});
    setup.upstream = true;
    setup.outgoing = {.subject = read_outgoing_subject(reader, "publish_subject", '.'),
                      .subject_name = "subject",
                      .fault = [](std::string_view) { return std::nullopt; }};
    setup.make_link = [this](int) { return std::make_unique<FakeLink>(wire); };
    return setup;
  }
  BrokerFeedSetup on_demand() {
    BrokerFeedSetup made = setup();
    made.acknowledgements = Acknowledgements::none;
    made.on_demand.emplace(TopicInverse::Options{.topic = made.mapping.topic,
                                                 .subject = "subject",
                                                 .patterns = {"a.*"},
                                                 .syntax = {.separator = '.',
                                                            .any_word = "*",
                                                            .any_rest = ">",
                                                            .rest_min = 1,
                                                            .not_in_words = "",
                                                            .escaped = ""}});
    return made;
  }
  static Message message(std::uint64_t tag, const std::string& subject, std::uint64_t by = 0) {
    Message made;
    made.tag = tag;
    made.subscription = by;
    made.subject = subject;
    made.body = "1";
    return made;
  }
  void send(BrokerFeed& feed, std::uint64_t id) {
    functions.open_send(id);
    feed.send(abi::PendingSend(host, id), abi::replace_entry("x/y", std::to_string(id)));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "messages are handed in and settled, and the end is a goodbye") {
  BrokerFeed feed(host, setup());
  feed.start();
  REQUIRE(port.wait_for_status(abi::SourceState::up));
  CHECK(port.reports<abi::StatusReport>().front().state == abi::SourceState::connecting);
  CHECK(port.wait_for_reason("connected to mq://first"));
  wire.come(message(1, "a.b"));
  REQUIRE(port.wait_for_items(1));
  const auto items = port.take_items();
  CHECK(items[0].publication.topic == "q/b");
  weir_receipt receipt{};
  receipt.size = sizeof receipt;
  receipt.receipt = items[0].receipt;
  feed.receipts(abi::Receipts(&receipt, 1));
  CHECK(wire.wait_for("settle 1"));
  feed.stop();
  CHECK(wire.wait_for("close"));
}

TEST_CASE_FIXTURE(Fixture, "a loss is told with its reason, and the other broker is tried") {
  BrokerFeed feed(host, setup());
  feed.start();
  REQUIRE(port.wait_for_status(abi::SourceState::up));
  wire.come(message(1, "a.b"));
  REQUIRE(port.wait_for_items(1));
  wire.break_off(false);
  CHECK(wire.wait_for("open 1"));
  CHECK(port.wait_for_reason("mq://first: nobody is there"));
  wire.break_off(true, Continuity::lost);
  CHECK(port.wait_for_status(abi::SourceState::up));
  REQUIRE(port.wait_for_items(2));
  CHECK(port.take_items()[1].publication.operation == protocol::Operation::gap);
  bool is_told = false;
  for (const auto& status : port.reports<abi::StatusReport>())
    is_told = is_told || status.reason == "mq://first: it is gone";
  CHECK(is_told);
  feed.stop();
}

TEST_CASE_FIXTURE(Fixture, "what clients publish is accepted when the broker confirms it") {
  BrokerFeed feed(host, setup());
  send(feed, 1);
  REQUIRE(port.wait_for_outcomes(1));
  CHECK(port.outcomes()[0].error.code == protocol::ErrorCode::unavailable);
  feed.start();
  REQUIRE(port.wait_for_status(abi::SourceState::up));
  send(feed, 2);
  CHECK(wire.wait_for("publish x.y 2"));
  CHECK(port.outcomes().size() == 1);
  wire.come(Confirm{.tag = 1, .is_multiple = false, .is_taken = true});
  REQUIRE(port.wait_for_outcomes(2));
  CHECK(port.outcomes()[1].outcome == abi::Outcome::accepted);
  send(feed, 3);
  CHECK(wire.wait_for("publish x.y 3"));
  wire.come(Returned{.tag = 2, .reason = "it does not like it"});
  wire.come(Confirm{.tag = 2, .is_multiple = false, .is_taken = true});
  REQUIRE(port.wait_for_outcomes(3));
  CHECK(port.outcomes()[2].error.detail == "it does not like it");
  send(feed, 4);
  CHECK(wire.wait_for("publish x.y 4"));
  wire.break_off(true);
  REQUIRE(port.wait_for_outcomes(4));
  CHECK(port.outcomes()[3].outcome == abi::Outcome::unknown);
  feed.stop();
}

TEST_CASE_FIXTURE(Fixture, "without upstream nothing can be published") {
  BrokerFeedSetup closed = setup();
  closed.upstream = false;
  BrokerFeed feed(host, std::move(closed));
  send(feed, 1);
  REQUIRE(port.wait_for_outcomes(1));
  CHECK(port.outcomes()[0].error.code == protocol::ErrorCode::unsupported);
}

TEST_CASE_FIXTURE(Fixture,
                  "on demand the broker is subscribed to what is wanted, as long as it is") {
  BrokerFeed feed(host, on_demand());
  feed.start();
  feed.wanted("q/b");
  CHECK(wire.wait_for("subscribe 1 a.b"));
  wire.come(message(0, "a.b", 1));
  REQUIRE(port.wait_for_items(1));
  wire.break_off(true, Continuity::lost);
  REQUIRE(port.wait_for_items(2));  // the gap
  CHECK(wire.count("subscribe 1 a.b") == 2);
  feed.unwanted("q/b");
  CHECK(wire.wait_for("unsubscribe 1 a.b"));
  REQUIRE(port.wait_for_items(3));
  const auto items = port.take_items();
  CHECK(items[1].publication.cause == protocol::GapCause::source);
  CHECK(items[2].publication.cause == protocol::GapCause::filtered);
  feed.stop();
}

}  // namespace weir::adapters::common
