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

TEST_CASE("a pattern's ceiling is the highest that one of its topics may have") {
  const auto rule = [](const char* filter, double max_rate) {
    TopicRule made;
    made.filter = filter;
    made.max_rate = max_rate;
    return made;
  };
  const TopicRules rules({rule("quotes/slow", 1), rule("quotes/free/#", 0), rule("quotes/#", 5)});
  CHECK(rules.max_rate_of("quotes/slow") == 1);
  CHECK(rules.max_rate_of("quotes/AAPL") == 5);
  CHECK(rules.max_rate_of("quotes/+") == 0);  // "quotes/free" is one of them
  CHECK(rules.max_rate_of("quotes/eu/+") == 5);
  CHECK(rules.max_rate_of("quotes/#") == 0);
  CHECK(rules.max_rate_of("other/+") == 0);
  CHECK(rules.max_rate_of("#") == 0);
  const TopicRules two({rule("a/x", 3), rule("#", 2)});
  CHECK(two.max_rate_of("a/+") == 3);
  CHECK(two.max_rate_of("b/+") == 2);
  CHECK(two.max_rate_of("$weir/+") == 0);
  CHECK(TopicRules().max_rate_of("a") == 0);
}

}  // namespace weir::gateway::topics
