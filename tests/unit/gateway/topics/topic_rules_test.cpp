#include "gateway/topics/topic_rules.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::topics {

TEST_CASE("the first rule that matches counts, and defaults where none does") {
  TopicRule exact;
  exact.filter = "orders/new";
  exact.max_rate = 1;
  TopicRule wide;
  wide.filter = "orders/#";
  wide.max_rate = 2;
  const TopicRules rules({exact, wide});
  CHECK(rules.find("orders/new").max_rate == 1);
  CHECK(rules.find("orders/old").max_rate == 2);
  CHECK(rules.find("orders").max_rate == 2);
  CHECK(rules.find("quotes").max_rate == 0);
  CHECK(&rules.find("quotes") == &rules.find("other"));
}

TEST_CASE("a stream keeps 1024 entries unless told otherwise, the other kinds 64") {
  TopicRule rule;
  CHECK(ring_limits(rule, protocol::Kind::stream).entries == 1024);
  CHECK(ring_limits(rule, protocol::Kind::value).entries == 64);
  CHECK(ring_limits(rule, protocol::Kind::value).bytes == 1024 * 1024);
  rule.ring_entries = 7;
  rule.ring_bytes = 100;
  for (const auto kind : {protocol::Kind::stream, protocol::Kind::value}) {
    CHECK(ring_limits(rule, kind).entries == 7);
    CHECK(ring_limits(rule, kind).bytes == 100);
  }
}

}  // namespace weir::gateway::topics
