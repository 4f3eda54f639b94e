#include "adapters/abi/host_functions.hpp"

#include "adapters/abi/host.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::abi {
namespace {

struct Fixture {
  tests::RecordingPort port;
  HostFunctions functions{{.entry_bytes_max = 1000, .trust = Trust::plugin}, port};
  Host host{&functions.table()};
};

std::vector<weir_publication> entries(std::size_t count) {
  return std::vector<weir_publication>(count, replace_entry("a", "1"));
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an array crosses in bounded steps, and none is lost") {
  CHECK(host.publish(entries(600)) == Answer::accepted);
  CHECK(port.item_count() == 600);
  CHECK(port.publish_calls() == 3);
}

TEST_CASE_FIXTURE(Fixture, "elements of a newer plug-in lie farther apart") {
  struct Newer {
    weir_publication known;
    std::uint64_t more;
  };
  std::vector<Newer> items(3);
  const std::vector<std::string> topics{"a", "b", "c"};
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = {.known = replace_entry(topics[i], "1"), .more = 99};
    items[i].known.size = sizeof(Newer);
  }
  CHECK(functions.publish(&items[0].known, items.size(), nullptr) == WEIR_ACCEPTED);
  const auto taken = port.take_items();
  REQUIRE(taken.size() == 3);
  CHECK(taken[2].publication.topic == "c");
}

TEST_CASE_FIXTURE(Fixture, "a refusal names the entry among all, whoever refuses it") {
  std::vector<weir_publication> items = entries(400);
  items[300].topic = to_text("a/#");
  weir_refusal refusal{};
  CHECK(host.publish(items, &refusal) == Answer::refused);
  CHECK(refusal.index == 300);
  CHECK(refusal.error.code == WEIR_ERROR_BAD_TOPIC);
  CHECK(port.take_items().size() == 300);

  port.answer_with([](auto) {
    return PublishAnswer{.answer = Answer::refused,
                         .index = 7,
                         .error = {protocol::ErrorCode::forbidden, "not yours"}};
  });
  CHECK(host.publish(entries(20), &refusal) == Answer::refused);
  CHECK(refusal.index == 7);
  CHECK(refusal.error.code == WEIR_ERROR_FORBIDDEN);
  CHECK(std::string(refusal.error.message) == "not yours");
  CHECK(host.publish(entries(1)) == Answer::refused);  // nobody asks why
  CHECK(functions.counters().at("refused_entries") == 3);
}

TEST_CASE_FIXTURE(Fixture, "slow_down in one step is the answer to all") {
  bool is_first = true;
  port.answer_with([&](auto) {
    return PublishAnswer{
        std::exchange(is_first, false) ? Answer::slow_down : Answer::accepted, 0, {}};
  });
  CHECK(host.publish(entries(600)) == Answer::slow_down);
  CHECK(port.item_count() == 600);
}

TEST_CASE_FIXTURE(Fixture, "gap and reset reach the port, or say why not") {
  CHECK(host.gap("a", WEIR_CAUSE_OVERFLOW) == Answer::accepted);
  const auto items = port.take_items();
  REQUIRE(items.size() == 1);
  CHECK(items[0].publication.operation == protocol::Operation::gap);
  CHECK(items[0].publication.cause == protocol::GapCause::overflow);
  weir_error error{};
  CHECK(host.gap("", WEIR_CAUSE_OVERFLOW, &error) == Answer::refused);
  CHECK(error.code == WEIR_ERROR_BAD_TOPIC);
  CHECK(host.reset("a") == Answer::accepted);
  CHECK(port.resets() == std::vector<std::string>{"a"});
  CHECK(host.reset("a/+", &error) == Answer::refused);
  CHECK(error.code == WEIR_ERROR_BAD_TOPIC);
  CHECK(functions.reset({nullptr, 3}, &error) == WEIR_REFUSED);
  CHECK(std::string(error.message) == "topic is NULL with a size of 3");
  CHECK(functions.gap({nullptr, 3}, WEIR_CAUSE_SOURCE, &error) == WEIR_REFUSED);
  CHECK(std::string(error.message) == "topic is NULL with a size of 3");
  CHECK(port.resets().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "an array that cannot be read is refused at its begin") {
  weir_refusal refusal{};
  refusal.index = 99;
  CHECK(functions.publish(nullptr, 2, &refusal) == WEIR_REFUSED);
  CHECK(refusal.index == 0);
  CHECK(std::string(refusal.error.message) == "items is NULL with a count of 2");
  const weir_publication entry = replace_entry("a", "1");
  CHECK(functions.publish(&entry, SIZE_MAX, &refusal) == WEIR_REFUSED);
  CHECK(refusal.error.code == WEIR_ERROR_TOO_BIG);
  functions.open_replay(5);
  CHECK(functions.replay_entries(5, nullptr, 1, &refusal) == WEIR_REFUSED);
  CHECK(functions.publish(nullptr, 0, &refusal) == WEIR_ACCEPTED);
  CHECK(functions.counters().at("refused_entries") == 3);
  CHECK(port.item_count() == 0);
}

TEST_CASE_FIXTURE(Fixture, "nothing is taken before start and after stop") {
  weir_refusal refusal{};
  weir_error error{};
  const weir_publication entry = replace_entry("a", "1");
  struct Row {
    HostFunctions::Phase phase;
    weir_error_code code;
  };
  for (const Row row : {Row{HostFunctions::Phase::opened, WEIR_ERROR_BAD_REQUEST},
                        Row{HostFunctions::Phase::stopped, WEIR_ERROR_DRAINING}}) {
    functions.enter(row.phase);
    CHECK(host.publish(entry, &refusal) == Answer::refused);
    CHECK(refusal.error.code == row.code);
    CHECK(host.gap("a", WEIR_CAUSE_SOURCE, &error) == Answer::refused);
    CHECK(error.code == row.code);
    CHECK(host.reset("a", &error) == Answer::refused);
    CHECK(error.code == row.code);
  }
  functions.enter(HostFunctions::Phase::running);
  CHECK(host.publish(entry) == Answer::accepted);
}

TEST_CASE_FIXTURE(Fixture,
                  "what has no answer and makes no sense is logged, and counted as misuse") {
  const weir_host& table = functions.table();
  table.status(table.context, 9, {nullptr, 7});
  table.listening(table.context, {nullptr, 7});
  table.count(table.context, {nullptr, 7}, 1);
  table.each_wanted(table.context, nullptr, nullptr);
  functions.open_send(3);
  table.sent(table.context, 3, 9, nullptr);
  CHECK(functions.counters().at("misuses") == 5);
  const auto lines = port.reports<LogReport>();
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].text == "status: state 9 stands for nothing; taken as down");
  CHECK(lines[0].level == Level::warning);
  CHECK(port.reports<StatusReport>().at(0).state == SourceState::down);
  CHECK(port.reports<ListeningReport>().empty());
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].outcome == Outcome::unknown);
}

TEST_CASE_FIXTURE(Fixture, "an address is told once, and there are at most 64") {
  for (int i = 0; i < 70; ++i) host.listening("tcp://127.0.0.1:" + std::to_string(9000 + i));
  host.listening("tcp://127.0.0.1:9000");
  CHECK(port.reports<ListeningReport>().size() == 64);
  CHECK(functions.counters().at("misuses") == 6);
}

TEST_CASE_FIXTURE(Fixture, "what an adapter tells of itself is one clean line, repetitions none") {
  host.status(SourceState::up, "fine\nand\tmore");
  host.status(SourceState::up, "fine\nand\tmore");
  host.status(static_cast<SourceState>(9), "what");
  host.log(Level::info, "\xff");
  host.log(Level::info, std::string(2000, 'x'));
  host.listening("tcp://127.0.0.1:9100");
  const auto status = port.reports<StatusReport>();
  REQUIRE(status.size() == 2);
  CHECK(status[0].reason == "fine and more");
  CHECK(status[1].state == SourceState::down);
  const auto lines = port.reports<LogReport>();
  REQUIRE(lines.size() == 3);  // the first says that 9 is no state
  CHECK(lines[1].text == "(text that is not UTF-8)");
  CHECK(lines[2].text.size() == 1024);
  CHECK(port.reports<ListeningReport>().at(0).url == "tcp://127.0.0.1:9100");
}

TEST_CASE_FIXTURE(Fixture, "an adapter has at most 32 counters, with names fit for /metrics") {
  for (int i = 0; i < 40; ++i) host.count("event_" + std::to_string(i), 2);
  host.count("event_0", 3);
  host.count("Bad Name", 1);
  host.count(std::string(33, 'x'), 1);
  const auto counters = functions.counters();
  CHECK(counters.size() == 34);  // with refused_entries and misuses
  CHECK(counters.at("misuses") == 10);
  CHECK(counters.at("event_0") == 5);
  CHECK_FALSE(counters.contains("Bad Name"));
}

TEST_CASE_FIXTURE(Fixture, "the wanted filters can be asked for") {
  CHECK(functions.add_wanted("a/#"));
  CHECK_FALSE(functions.add_wanted("a/#"));
  CHECK(functions.add_wanted("b"));
  CHECK(host.wanted() == std::vector<std::string>{"a/#", "b"});
  CHECK(functions.first_wanted(1).first == std::vector<std::string>{"a/#"});
  CHECK(functions.first_wanted(1).total == 2);
  CHECK(functions.first_wanted(3).first == host.wanted());
  CHECK(functions.remove_wanted("a/#"));
  CHECK_FALSE(functions.remove_wanted("a/#"));
  CHECK(host.wanted() == std::vector<std::string>{"b"});
}

TEST_CASE_FIXTURE(Fixture, "a replay takes entries with offsets while it is open") {
  weir_publication entry = replace_entry("a", "1");
  weir_refusal refusal{};
  CHECK(host.replay_entries(5, {&entry, 1}, &refusal) == Answer::refused);
  functions.open_replay(5);
  CHECK(host.replay_entries(5, {&entry, 1}, &refusal) == Answer::refused);
  CHECK(refusal.error.code == WEIR_ERROR_BAD_REQUEST);
  entry.epoch = to_text("k");
  entry.offset = 3;
  CHECK(host.replay_entries(5, {&entry, 1}, &refusal) == Answer::accepted);
  host.replay_end(5, nullptr);
  host.replay_end(5, nullptr);
  CHECK(port.parts().size() == 2);
}

}  // namespace weir::adapters::abi
