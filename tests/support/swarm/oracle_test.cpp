#include "tests/support/swarm/oracle.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

// An oracle that finds nothing is of no use: each fault is planted once.
namespace weir::tests::swarm {
namespace {

std::string entry(std::uint64_t number) {
  return "{\"n\":" + std::to_string(number) + "}";
}

Findings after(std::initializer_list<std::uint64_t> numbers) {
  Oracle oracle;
  for (const auto number : numbers) oracle.on_entry(entry(number));
  return oracle.findings();
}

Findings with_gap(std::optional<std::uint64_t> lost, std::uint64_t next) {
  Oracle oracle;
  oracle.on_entry(entry(1));
  oracle.on_gap(lost);
  oracle.on_entry(entry(next));
  return oracle.findings();
}

TEST_CASE("what comes one after the other is as it should be") {
  const auto findings = after({1, 2, 3});
  CHECK(findings.are_clean());
  CHECK(findings.entries == 3);
}

TEST_CASE("what did not come is lost, in one hole, from the first on") {
  const auto findings = after({1, 2, 5});
  CHECK(findings.lost == 2);
  CHECK(findings.unreported == 1);
  CHECK_FALSE(findings.are_clean());
  CHECK(after({3}).lost == 2);
}

TEST_CASE("what comes again is duplicated, even if it is old") {
  CHECK(after({1, 2, 2}).duplicated == 1);
  const auto findings = after({1, 2, 3, 2, 3, 4});
  CHECK(findings.duplicated == 2);
  CHECK(findings.reordered == 0);
  CHECK(findings.lost == 0);
}

TEST_CASE("what comes behind a later one is reordered, and not lost") {
  const auto findings = after({1, 3, 2, 4});
  CHECK(findings.reordered == 1);
  CHECK(findings.lost == 0);
  CHECK(findings.unreported == 1);
  CHECK(findings.duplicated == 0);
}

TEST_CASE("what no source has published is a phantom") {
  for (const char* json :
       {"", "7", "{}", "{\"n\":0}", "{\"n\":-1}", "{\"n\":1", "{\"n\":1}}", "{\"n\":99999999}"}) {
    CAPTURE(json);
    Oracle oracle;
    oracle.on_entry(json);
    CHECK(oracle.findings().phantom == 1);
    CHECK(oracle.last() == 0);
  }
}

TEST_CASE("a gap explains what it counts, no less and no more") {
  CHECK(with_gap(3, 5).are_clean());
  CHECK(with_gap(3, 5).in_gaps == 3);
  CHECK(with_gap(2, 5).lost == 1);
  CHECK(with_gap(2, 5).unreported == 1);
  CHECK(with_gap(4, 5).phantom == 1);
  CHECK(with_gap(std::nullopt, 50).are_clean());
  CHECK(with_gap(std::nullopt, 50).gaps == 1);
}

TEST_CASE("a gap explains the next hole only") {
  Oracle oracle;
  oracle.on_gap(1);
  oracle.on_gap(1);
  oracle.on_entry(entry(3));
  CHECK(oracle.findings().are_clean());
  oracle.on_entry(entry(5));
  CHECK(oracle.findings().lost == 1);
}

TEST_CASE("findings of many add up") {
  auto sum = after({1, 3});
  sum += after({1, 1});
  CHECK(sum.lost == 1);
  CHECK(sum.duplicated == 1);
  CHECK(sum.entries == 4);
}

}  // namespace
}  // namespace weir::tests::swarm
