#include "gateway/session/entry_run.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::session {

TEST_CASE("a run ends before what would not fit, and before a gap, but has one entry at least") {
  topics::TopicLog log(protocol::Kind::stream, "e1", {});
  for (int i = 0; i < 4; ++i) log.append(topics::next_entry(log, std::string(1000, '1')));
  CHECK(find_run(log, 0, 100).last == 0);
  CHECK(find_run(log, 0, 2500).last == 1);
  CHECK(find_run(log, 1, 2500).last == 2);
  CHECK(find_run(log, 0, 1'000'000).last == 3);
  auto gap = *topics::next_entry(log, "");
  gap.operation = protocol::Operation::gap;
  log.append(std::make_shared<const protocol::Entry>(gap));
  log.append(topics::next_entry(log, "1"));
  CHECK(find_run(log, 0, 1'000'000).last == 3);
  CHECK(find_run(log, 5, 1'000'000).last == 5);
}

}  // namespace weir::gateway::session
