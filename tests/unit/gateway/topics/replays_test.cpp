#include "gateway/topics/replays.hpp"

#include "gateway/topics/topic.hpp"
#include "tests/unit/gateway/topics/entries.hpp"
#include "tests/unit/gateway/topics/replay_source.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Operation;

struct Owner final : CellOwner {
  void on_due(Cell& /*cell*/) override { ++woken; }
  int woken = 0;
};

/// A topic with the entries 101..108 of which 105..108 are retained, and cells that are behind it.
struct Rig {
  explicit Rig(std::size_t open_max = 2)
      : replays({.shard = 1, .shards = 4, .open_max = open_max}, &source) {
    for (int i = 0; i < 8; ++i) {
      auto entry = next_entry(topic.log());
      topic.append(std::move(entry));
    }
    replays.begin_turn(now);
  }

  Cell& cell_at(protocol::Offset offset) {
    auto& cell = *cells.emplace_back(std::make_unique<Cell>());
    cell.topic = &topic;
    cell.owner = &owner;
    cell.life = topic.number();
    cell.cursor = {offset, std::nullopt};
    return cell;
  }
  std::unique_ptr<Replay> ask(Cell& cell) {
    return replays.ask(cell, cell.cursor.offset, topic.log().head().offset);
  }
  void pass(std::int64_t ms) {
    now += milliseconds(ms);
    replays.begin_turn(now);
  }
  /// "3<0 4<3": offset and prev of what can be had.
  static std::string taken(Replay& replay) {
    std::string text;
    for (const auto* entry = replay.front(); entry != nullptr; entry = replay.front()) {
      if (!text.empty()) text += ' ';
      if (entry->operation == Operation::gap) text += "gap ";
      text += std::to_string(entry->offset) + "<" + std::to_string(entry->prev);
      replay.pop();
    }
    return text;
  }

  TopicRule rule;
  Topic topic{"t", 1, TopicLog(protocol::Kind::stream, "e1", {4, 1'000'000}, 100), rule};
  Owner owner;
  ReplaySource source;
  TimePoint now{};
  std::vector<std::unique_ptr<Cell>> cells;
  Replays replays;
};

}  // namespace

TEST_CASE("a replay asks from the cursor to the head, and brings what comes in order") {
  Rig rig;
  const auto replay = rig.ask(rig.cell_at(3));
  CHECK(rig.source.asked == std::vector<std::string>{"t e1 3..108"});
  CHECK(rig.source.last % 4 == 1);
  CHECK(replay->front() == nullptr);
  CHECK(replay->ended() == ReplayEnd::none);
  rig.source.bring(rig.source.last, 4, 5);
  rig.replays.on_ready(rig.source.last);
  CHECK(rig.owner.woken == 1);
  CHECK(Rig::taken(*replay) == "4<3 5<4");
  rig.source.bring(rig.source.last, 8, 8);
  rig.source.bring_gap(rig.source.last, 50);
  rig.source.bring(rig.source.last, 108, 108);
  rig.source.end(rig.source.last);
  CHECK(Rig::taken(*replay) == "8<5 gap 50<8 108<50");
  CHECK(replay->ended() == ReplayEnd::complete);
  CHECK(rig.source.open.empty());
  CHECK(rig.replays.counters().entries == 5);
}

TEST_CASE("what came before, or comes twice, is dropped; what lies behind the head ends it") {
  Rig rig;
  const auto replay = rig.ask(rig.cell_at(10));
  rig.source.bring(rig.source.last, 5, 12);
  rig.source.bring(rig.source.last, 11, 13);
  rig.source.bring(rig.source.last, 109, 110);
  CHECK(Rig::taken(*replay) == "11<10 12<11 13<12");
  CHECK(replay->ended() == ReplayEnd::complete);
}

TEST_CASE("more than one batch of what is not wanted is no reason to wait") {
  Rig rig;
  const auto replay = rig.ask(rig.cell_at(90));
  rig.source.bring(rig.source.last, 1, 91);
  CHECK(Rig::taken(*replay) == "91<90");
}

TEST_CASE("what cannot be a continuation fails the replay") {
  struct Row {
    const char* name;
    void (*spoil)(protocol::Publication& entry);
  };
  const std::vector<Row> rows{
      {"another epoch", [](auto& entry) { entry.source_position->epoch = "e2"; }},
      {"another topic", [](auto& entry) { entry.topic = "u"; }},
      {"no place", [](auto& entry) { entry.source_position.reset(); }},
      {"what a stream does not have", [](auto& entry) { entry.operation = Operation::remove; }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Rig rig;
    const auto replay = rig.ask(rig.cell_at(3));
    rig.source.bring(rig.source.last, 4, 4);
    auto spoilt = rig.source.entry(rig.source.last, 5);
    row.spoil(spoilt);
    rig.source.put(rig.source.last, std::move(spoilt));
    rig.source.bring(rig.source.last, 6, 6);
    CHECK(Rig::taken(*replay) == "4<3");
    CHECK(replay->ended() == ReplayEnd::failed);
    CHECK(rig.replays.counters().failed == 1);
  }
}

TEST_CASE("a history begins where the source begins, and what is missing before is no gap") {
  Rig rig;
  auto& cell = rig.cell_at(3);
  cell.outside = Outside::history;
  const auto replay = rig.ask(cell);
  rig.source.bring_gap(rig.source.last, 20);
  rig.source.bring(rig.source.last, 25, 26);
  rig.source.bring_gap(rig.source.last, 30);
  CHECK(Rig::taken(*replay) == "25<24 26<25 gap 30<26");
}

TEST_CASE("so many are open at once, the others wait for their turn") {
  Rig rig(2);
  std::vector<std::unique_ptr<Replay>> all;
  for (protocol::Offset offset = 1; offset <= 4; ++offset) {
    all.push_back(rig.ask(rig.cell_at(offset)));
  }
  CHECK(rig.source.asked.size() == 2);
  CHECK(rig.replays.counters().open == 2);
  CHECK(rig.replays.counters().waiting == 2);
  CHECK(all[3]->front() == nullptr);
  CHECK(all[3]->ended() == ReplayEnd::none);
  all.erase(all.begin() + 2);  // its cell is gone while it waits
  rig.source.end(rig.source.last);
  CHECK(all[1]->front() == nullptr);
  CHECK(rig.source.asked.back() == "t e1 4..108");
  all.erase(all.begin());  // its cell is gone while it is open
  CHECK(rig.replays.counters().open == 1);
  CHECK(rig.replays.counters().waiting == 0);
}

TEST_CASE("one that has had its turn while others wait is paused, with what has come of it") {
  Rig rig(1);
  const auto slow = rig.ask(rig.cell_at(3));
  rig.source.bring(rig.source.last, 4, 80);
  rig.replays.on_ready(rig.source.last);
  CHECK(slow->front() != nullptr);
  rig.pass(60'000);  // nobody waits
  CHECK(rig.replays.counters().open == 1);
  const auto other = rig.ask(rig.cell_at(50));
  CHECK(rig.replays.deadline().value() <= rig.now);
  rig.pass(0);
  CHECK(slow->ended() == ReplayEnd::paused);
  CHECK(rig.source.asked.back() == "t e1 50..108");
  rig.source.bring(rig.source.last, 51, 51);
  CHECK(Rig::taken(*other) == "51<50");
  std::string expected;
  for (int i = 4; i <= 80; ++i) {
    expected += (i == 4 ? "" : " ") + std::to_string(i) + "<" + std::to_string(i - 1);
  }
  CHECK(Rig::taken(*slow) == expected);
}

TEST_CASE("one that has brought nothing keeps its place until it has been silent for too long") {
  Rig rig(1);
  const auto silent = rig.ask(rig.cell_at(3));
  const auto other = rig.ask(rig.cell_at(4));
  CHECK(rig.replays.deadline() == rig.now + std::chrono::seconds(10));
  rig.pass(9'999);
  CHECK(silent->ended() == ReplayEnd::none);
  const auto woken = rig.owner.woken;
  rig.pass(1);
  CHECK(silent->ended() == ReplayEnd::failed);
  CHECK(rig.owner.woken == woken + 1);
  CHECK(rig.source.asked.back() == "t e1 4..108");
  CHECK(rig.replays.counters().failed == 1);
}

TEST_CASE("a client that takes nothing is not a source that brings nothing") {
  Rig rig(1);
  const auto replay = rig.ask(rig.cell_at(3));
  rig.source.bring(rig.source.last, 4, 4);
  rig.replays.on_ready(rig.source.last);
  CHECK_FALSE(rig.replays.deadline());
  rig.pass(60'000);
  CHECK(Rig::taken(*replay) == "4<3");
  CHECK(rig.replays.deadline() == rig.now + std::chrono::seconds(10));
}

TEST_CASE("a source that cannot be asked now has failed, and the cell hears of it in a turn") {
  Rig rig(1);
  const auto first = rig.ask(rig.cell_at(3));
  const auto waiting = rig.ask(rig.cell_at(4));
  rig.source.can_start = false;
  rig.source.end(rig.source.last);
  CHECK(first->front() == nullptr);
  CHECK(waiting->ended() == ReplayEnd::failed);
  CHECK(rig.owner.woken == 0);
  CHECK(rig.replays.deadline() == rig.now);
  rig.pass(0);
  CHECK(rig.owner.woken == 1);
  CHECK_FALSE(rig.replays.deadline());
}

TEST_CASE("another life of the topic is told to those that wait for what was") {
  Rig rig(1);
  const auto open = rig.ask(rig.cell_at(3));
  const auto waiting = rig.ask(rig.cell_at(4));
  rig.topic.replace(TopicLog(protocol::Kind::stream, "e2", {4, 1'000'000}, 0), 2);
  rig.pass(0);
  CHECK(rig.owner.woken == 1);
  rig.source.end(rig.source.last);
  CHECK(open->front() == nullptr);
  rig.pass(0);
  CHECK(rig.owner.woken == 2);
  CHECK(rig.source.asked.size() == 1);
  CHECK(waiting->ended() == ReplayEnd::failed);
  CHECK(rig.replays.counters().failed == 0);
}

TEST_CASE("without a port nothing can be replayed") {
  const Replays replays({}, nullptr);
  CHECK_FALSE(replays.can_replay("t"));
}

}  // namespace weir::gateway::topics
