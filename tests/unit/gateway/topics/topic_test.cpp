#include "gateway/topics/topic.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Kind;

/// A session that does nothing with what is due.
struct Owner final : CellOwner {
  void on_due(Cell& cell) override { due.push_back(&cell); }
  std::vector<Cell*> due;
};

struct Rig {
  Rig() {
    for (auto& cell : cells) {
      cell.topic = &topic;
      cell.owner = &owner;
      topic.park(cell);
    }
  }
  [[nodiscard]] FrameBlock block() const { return {SharedBytes("frame"), 1, 3}; }

  Owner owner;
  TopicRule rule;
  Topic topic{"a", 1, TopicLog(Kind::value, "e1", {}), rule};
  std::array<Cell, 3> cells;
};

}  // namespace

TEST_CASE("news hands every caught-up cell to its session, once") {
  Rig rig;
  rig.topic.append(next_entry(rig.topic.log()));
  CHECK(rig.owner.due == std::vector<Cell*>{&rig.cells[0], &rig.cells[1], &rig.cells[2]});
  rig.topic.append(next_entry(rig.topic.log()));
  CHECK(rig.owner.due.size() == 3);  // they have not been served since
  rig.topic.park(rig.cells[1]);
  rig.topic.set_stale(true);
  CHECK(rig.owner.due.size() == 4);
  CHECK(rig.owner.due.back() == &rig.cells[1]);
}

TEST_CASE("a cell that is taken out of the list hears nothing") {
  Rig rig;
  rig.topic.unpark(rig.cells[1]);
  rig.topic.append(next_entry(rig.topic.log()));
  CHECK(rig.owner.due == std::vector<Cell*>{&rig.cells[0], &rig.cells[2]});
}

TEST_CASE("another life of the log is news, staleness that is known is not") {
  Rig rig;
  rig.topic.set_stale(false);
  CHECK(rig.owner.due.empty());
  rig.topic.replace(TopicLog(Kind::value, "e2", {}), 9);
  CHECK(rig.owner.due.size() == 3);
  CHECK(rig.topic.number() == 9);
  CHECK(rig.topic.log().epoch() == "e2");
}

TEST_CASE("finished frames are found by both ends and their form, until there is news") {
  Rig rig;
  rig.topic.append(next_entry(rig.topic.log()));
  rig.topic.keep_hot({0, 1, 2, rig.block()});
  REQUIRE(rig.topic.find_hot(0, 1, 2) != nullptr);
  CHECK(rig.topic.find_hot(0, 1, 2)->bytes.view() == "frame");
  CHECK(rig.topic.find_hot(0, 1, 3) == nullptr);
  CHECK(rig.topic.find_hot(0, 2, 2) == nullptr);
  CHECK(rig.topic.find_hot(1, 1, 2) == nullptr);
  rig.topic.append(next_entry(rig.topic.log()));
  CHECK(rig.topic.find_hot(0, 1, 2) == nullptr);
}

TEST_CASE("only a few finished frames are kept, the newest ones") {
  Rig rig;
  for (protocol::Offset to = 1; to <= 5; ++to) rig.topic.keep_hot({0, to, 0, rig.block()});
  CHECK(rig.topic.find_hot(0, 1, 0) == nullptr);
  for (protocol::Offset to = 2; to <= 5; ++to) CHECK(rig.topic.find_hot(0, to, 0) != nullptr);
}

}  // namespace weir::gateway::topics
