#include "adapters/common/intake.hpp"

#include "adapters/abi/host_functions.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::adapters::common {
namespace {

using abi::Answer;
using abi::PublishAnswer;
using abi::PublishItem;
using protocol::Error;
using protocol::ErrorCode;
using Settlements = std::vector<Settlement>;

constexpr Intake::TimePoint start{std::chrono::hours(1)};

MappingConfig mapping_of() {
  ConfigReader reader("{}");
  return read_mapping(reader,
                      {.subject = "routing_key", .headers = "header", .origin = "exchange"});
}

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{.entry_bytes_max = 1000, .trust = abi::Trust::built_in}, port};
  MappingConfig mapping = mapping_of();
  DemandSet demand;
  Intake intake{{.mapping = mapping, .remembered_ids = 100, .demand = demand},
                abi::Host(&functions.table())};
  std::uint64_t last_tag = 0;

  Fixture() { intake.on_connected(Continuity::kept); }

  void deliver(const std::string& topic, const std::string& body, const std::string& id = "") {
    Message delivery;
    delivery.tag = ++last_tag;
    delivery.subject = topic;
    delivery.body = body;
    delivery.message_id = id;
    REQUIRE(intake.on_message(std::move(delivery)));
  }
  void reconnect(Continuity continuity) {
    intake.on_lost();
    last_tag = 0;
    intake.on_connected(continuity);
  }
  std::vector<std::string> bodies(const std::vector<PublishItem>& items) {
    std::vector<std::string> found;
    for (const auto& item : items) {
      const bool is_gap = item.publication.operation == protocol::Operation::gap;
      found.push_back(is_gap ? "gap " + item.publication.topic : item.publication.payload.bytes);
    }
    return found;
  }
  std::uint64_t counter(const char* name) {
    const auto counters = functions.counters();
    const auto at = counters.find(name);
    return at == counters.end() ? 0 : at->second;
  }
};

using Bodies = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what has come is one call, and is acknowledged with its receipts") {
  deliver("a", "1", "m1");
  deliver("b", "2");
  intake.pump(start);
  CHECK(port.publish_calls() == 1);
  const auto items = port.take_items();
  CHECK(bodies(items) == Bodies{"1", "2"});
  CHECK(items[0].wish == abi::ReceiptWish::always);
  CHECK(items[0].publication.mid == "m1");
  CHECK(intake.take_settlements().empty());
  intake.on_receipt(items[1].receipt, std::nullopt);
  CHECK(intake.take_settlements().empty());
  intake.on_receipt(items[0].receipt, std::nullopt);
  CHECK(intake.take_settlements() == Settlements{{2, Verdict::acknowledge, true}});
  intake.on_receipt(items[0].receipt, std::nullopt);  // once is enough
  CHECK(intake.take_settlements().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a bad message is counted, logged and rejected, and those behind it go on") {
  deliver("a..b", "1");
  deliver("a", "2");
  deliver("a", "{");
  intake.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"2"});
  CHECK(intake.take_settlements() ==
        Settlements{{1, Verdict::reject, false}, {3, Verdict::reject, false}});
  CHECK(counter("bad_messages") == 2);
  CHECK(port.reports<abi::LogReport>().size() == 2);
  for (int i = 0; i < 20; ++i) deliver("a..b", "1");
  intake.pump(start);
  CHECK(port.reports<abi::LogReport>().size() == 10);
  CHECK(counter("bad_messages") == 22);
}

TEST_CASE_FIXTURE(Fixture, "one that the gateway refuses is rejected, too") {
  port.answer_with([](std::span<PublishItem> items) -> PublishAnswer {
    if (items[0].publication.payload.bytes != "1")
      return items.size() > 1 ? PublishAnswer{Answer::refused, 1, {ErrorCode::forbidden, "no"}}
                              : PublishAnswer{};
    return {Answer::refused, 0, {ErrorCode::forbidden, "no"}};
  });
  for (const char* body : {"1", "2", "3", "4"}) deliver("a", body);
  intake.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"2", "4"});
  CHECK(intake.take_settlements() ==
        Settlements{{1, Verdict::reject, false}, {3, Verdict::reject, false}});
  CHECK(intake.held() == 0);
}

TEST_CASE_FIXTURE(Fixture, "one that turns out not to fit its topic is rejected with its receipt") {
  deliver("a", "1");
  intake.pump(start);
  intake.on_receipt(port.take_items().at(0).receipt, Error{ErrorCode::wrong_kind, "a record"});
  CHECK(intake.take_settlements() == Settlements{{1, Verdict::reject, false}});
  CHECK(counter("bad_messages") == 1);
}

TEST_CASE_FIXTURE(Fixture, "while the gateway says slow down everything is held") {
  port.answer_with(
      [](std::span<PublishItem>) -> PublishAnswer { return {Answer::slow_down, 0, {}}; });
  deliver("a", "1");
  intake.pump(start);
  deliver("a", "2");
  intake.pump(start);
  CHECK(port.item_count() == 1);
  CHECK(intake.held() == 1);
  port.answer_with({});
  intake.resume();
  intake.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"1", "2"});
  CHECK(counter("pauses") == 1);
}

TEST_CASE_FIXTURE(Fixture, "the end of slow down may come before publish has returned") {
  port.answer_with([this](std::span<PublishItem>) -> PublishAnswer {
    intake.resume();
    return {Answer::slow_down, 0, {}};
  });
  deliver("a", "1");
  intake.pump(start);
  deliver("a", "2");
  intake.pump(start);
  CHECK(port.item_count() == 2);
}

TEST_CASE_FIXTURE(Fixture,
                  "what is refused for the moment is tried again, in order, nothing twice") {
  port.answer_with([](std::span<PublishItem>) -> PublishAnswer {
    return {Answer::refused, 1, {ErrorCode::overloaded, "full"}};
  });
  deliver("a..b", "0");
  for (const char* body : {"1", "2", "3"}) deliver("a", body);
  deliver("a..b", "4");
  intake.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"1"});
  CHECK(intake.wake_at() == start + Intake::rest);
  port.answer_with({});
  intake.pump(start + Intake::rest - std::chrono::milliseconds(1));
  CHECK(port.item_count() == 0);
  intake.pump(start + Intake::rest);
  CHECK(bodies(port.take_items()) == Bodies{"2", "3"});
  CHECK(intake.held() == 0);
  CHECK_FALSE(intake.wake_at());
  CHECK(intake.take_settlements() ==
        Settlements{{1, Verdict::reject, false}, {5, Verdict::reject, false}});
}

TEST_CASE_FIXTURE(Fixture, "one that fails for the moment goes back to the queue, after a rest") {
  deliver("a", "1");
  intake.pump(start);
  intake.on_receipt(port.take_items().at(0).receipt, Error{ErrorCode::overloaded, "full"});
  CHECK(intake.take_settlements() == Settlements{{1, Verdict::requeue, false}});
  CHECK(counter("bad_messages") == 0);
  deliver("a", "1");
  intake.pump(start);
  CHECK(port.item_count() == 0);
  intake.pump(start + Intake::rest);
  CHECK(port.item_count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "more than a batch is several calls in one turn") {
  for (std::size_t i = 0; i < 2 * Intake::batch_max + 1; ++i) deliver("a", std::to_string(i));
  intake.pump(start);
  CHECK(port.publish_calls() == 3);
  const auto items = port.take_items();
  REQUIRE(items.size() == 2 * Intake::batch_max + 1);
  for (std::size_t i = 0; i < items.size(); ++i)
    CHECK(items[i].publication.payload.bytes == std::to_string(i));
}

TEST_CASE_FIXTURE(Fixture, "what the broker delivers again after a loss is handed in once") {
  deliver("a", "1", "m1");
  deliver("a", "2", "m2");
  deliver("b", "3", "m1");  // ids are of a topic
  intake.pump(start);
  const auto before = port.take_items();
  intake.on_receipt(before[0].receipt, std::nullopt);
  reconnect(Continuity::kept);
  // not on the new channel, where its tag means another
  CHECK(intake.take_settlements().empty());
  intake.on_receipt(before[2].receipt, std::nullopt);
  CHECK(intake.take_settlements().empty());

  deliver("a", "1", "m1");
  deliver("a", "2", "m2");  // no receipt yet: the gateway itself will know by its mid
  deliver("b", "3", "m1");
  deliver("a", "4", "m4");
  intake.pump(start);
  const auto after = port.take_items();
  CHECK(bodies(after) == Bodies{"2", "4"});
  CHECK(counter("duplicates") == 2);
  for (const auto& item : after) intake.on_receipt(item.receipt, std::nullopt);
  CHECK(intake.take_settlements() == Settlements{{4, Verdict::acknowledge, true}});
}

TEST_CASE_FIXTURE(Fixture, "what was held when the broker was lost is forgotten") {
  port.answer_with(
      [](std::span<PublishItem>) -> PublishAnswer { return {Answer::slow_down, 0, {}}; });
  deliver("a", "1");
  intake.pump(start);
  deliver("a", "2");
  reconnect(Continuity::kept);
  CHECK(intake.held() == 0);
  deliver("a", "2");
  intake.resume();
  intake.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"1", "2"});
}

TEST_CASE_FIXTURE(Fixture,
                  "a queue that kept nothing leaves a gap in each topic, before what comes next") {
  deliver("a", "1");
  deliver("b", "2");
  intake.pump(start);
  for (const auto& item : port.take_items()) intake.on_receipt(item.receipt, std::nullopt);
  reconnect(Continuity::lost);
  deliver("a", "3");
  port.answer_with([](std::span<PublishItem>) -> PublishAnswer {
    return {Answer::refused, 0, {ErrorCode::overloaded, "full"}};
  });
  intake.pump(start);
  CHECK(port.item_count() == 0);
  CHECK(intake.wake_at() == start + Intake::rest);
  port.answer_with({});
  intake.pump(start + Intake::rest);
  const auto found = bodies(port.take_items());
  REQUIRE(found.size() == 3);
  CHECK(found[2] == "3");
  CHECK((found[0] == "gap a" || found[0] == "gap b"));
  CHECK(found[0] != found[1]);
  CHECK(counter("gaps") == 2);
  reconnect(Continuity::kept);
  intake.pump(start + Intake::rest);
  CHECK(port.item_count() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a delivery out of turn is told") {
  Message second;
  second.tag = 2;
  CHECK_FALSE(intake.on_message(std::move(second)));
}

/// Of a source that delivers nothing again.
struct OnceFixture : Fixture {
  Intake once{{.mapping = mapping,
               .remembered_ids = 100,
               .acknowledgements = Acknowledgements::none,
               .demand = demand},
              abi::Host(&functions.table())};

  void read(const std::string& topic, const std::string& body, const std::string& origin = "") {
    Message message;
    message.subject = topic;
    message.origin = origin;
    message.body = body;
    REQUIRE(once.on_message(std::move(message)));
  }
};

TEST_CASE_FIXTURE(OnceFixture, "what nobody delivers again is kept when the broker is lost") {
  once.on_connected(Continuity::kept);
  read("a", "1");
  once.on_lost();
  once.on_connected(Continuity::lost);
  read("a", "2");
  once.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"1", "gap a", "2"});
  CHECK(once.take_settlements().empty());
}

TEST_CASE_FIXTURE(OnceFixture,
                  "a loss concerns the topics of its origin, and those of its filter") {
  read("a", "1", "x");
  read("b", "2", "y");
  once.on_loss({.cause = WEIR_CAUSE_TRUNCATED, .origin = "y", .filter = {}});
  read("a", "3", "x");
  once.pump(start);
  const auto items = port.take_items();
  CHECK(bodies(items) == Bodies{"1", "2", "gap b", "3"});
  CHECK(items[2].publication.cause == protocol::GapCause::truncated);
  once.on_loss({.cause = WEIR_CAUSE_FILTERED, .origin = {}, .filter = "a/#"});
  once.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"gap a"});
  once.on_loss({});  // nobody follows `a` any more
  once.pump(start);
  CHECK(bodies(port.take_items()) == Bodies{"gap b"});
}

TEST_CASE_FIXTURE(OnceFixture, "what fails for the moment is lost here, and that is told") {
  read("a", "1");
  once.pump(start);
  once.on_receipt(port.take_items().at(0).receipt, Error{ErrorCode::overloaded, "full"});
  CHECK(counter("lost_messages") == 1);
  once.pump(start);
  CHECK(port.item_count() == 0);
  once.pump(start + Intake::rest);
  CHECK(bodies(port.take_items()) == Bodies{"gap a"});
}

TEST_CASE_FIXTURE(OnceFixture, "it is full by messages, and by bytes") {
  port.answer_with(
      [](std::span<PublishItem>) -> PublishAnswer { return {Answer::slow_down, 0, {}}; });
  for (std::size_t i = 1; i < Intake::held_messages_max; ++i) read("a", "1");
  CHECK_FALSE(once.is_full());
  read("a", "1");
  CHECK(once.is_full());
  port.answer_with({});
  once.pump(start);
  CHECK_FALSE(once.is_full());
  port.answer_with(
      [](std::span<PublishItem>) -> PublishAnswer { return {Answer::slow_down, 0, {}}; });
  read("a", "1");
  once.pump(start);
  read("a", std::string(Intake::held_bytes_max - 1, 'x'));
  CHECK_FALSE(once.is_full());
  read("a", "1");
  CHECK(once.is_full());
}

TEST_CASE_FIXTURE(OnceFixture, "of what two subscriptions bring, the entry is that of the older") {
  REQUIRE(demand.want("a/+"));
  REQUIRE(demand.want("+/b"));
  for (const std::uint64_t subscription : {std::uint64_t{1}, std::uint64_t{2}}) {
    for (const char* subject : {"a.b", "a.c", "c.b"}) {
      Message message;
      message.subscription = subscription;
      message.subject = subject;
      message.body = std::to_string(subscription);
      REQUIRE(once.on_message(std::move(message)));
    }
  }
  once.pump(start);
  std::vector<std::string> found;
  for (const auto& item : port.take_items())
    found.push_back(item.publication.topic + " " + item.publication.payload.bytes);
  CHECK(found == Bodies{"a/b 1", "a/c 1", "c/b 2"});
}

}  // namespace weir::adapters::common
