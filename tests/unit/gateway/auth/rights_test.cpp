#include "gateway/auth/rights.hpp"

#include "protocol/core/topic.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bitset>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::auth {
namespace {

using Names = std::vector<std::string>;

RightsEntry entry(std::string identity, Names subscribe, Names publish = {}) {
  return {std::move(identity), std::move(subscribe), std::move(publish), 0, 0};
}

Rights rights_of(const std::vector<RightsEntry>& entries) {
  return Rights::of_anonymous(entries);
}

std::vector<std::string> split(std::string_view name) {
  std::vector<std::string> levels(1);
  for (const char c : name) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

/// The rule of the documentation, read out aloud: level by level, from the index `at` on.
bool is_matched(const Names& pattern, const Names& topic, std::size_t at = 0) {
  const bool is_rest = at < pattern.size() && pattern[at] == "#";
  if (is_rest) {
    return std::none_of(topic.begin() + static_cast<std::ptrdiff_t>(std::min(at, topic.size())),
                        topic.end(),
                        [](const auto& level) { return level[0] == '$'; });
  }
  if (at == pattern.size() || at == topic.size()) return pattern.size() == topic.size();
  const bool is_same = pattern[at] == "+" ? topic[at][0] != '$' : pattern[at] == topic[at];
  return is_same && is_matched(pattern, topic, at + 1);
}

std::string random_name(tests::Random& random, const Names& words, std::size_t levels_max) {
  std::string name = words[random.below(words.size())];
  for (auto more = random.below(levels_max); more > 0 && !name.ends_with('#'); --more) {
    name += "/" + words[random.below(words.size())];
  }
  return name;
}

Names random_names(tests::Random& random, const Names& words, std::size_t count_max) {
  Names names;
  for (auto count = random.below(count_max + 1); count > 0; --count) {
    names.push_back(random_name(random, words, 3));
  }
  return names;
}

/// Every topic of one to `levels_max` levels.
Names all_topics(const Names& words, std::size_t levels_max) {
  Names out;
  Names longest{""};
  for (std::size_t level = 0; level < levels_max; ++level) {
    Names longer;
    for (const auto& prefix : longest) {
      for (const auto& word : words) longer.push_back(prefix.empty() ? word : prefix + "/" + word);
    }
    out.insert(out.end(), longer.begin(), longer.end());
    longest = std::move(longer);
  }
  return out;
}

/// Of all topics with up to four levels of three words.
using TopicSet = std::bitset<3 + 9 + 27 + 81>;

TopicSet matched_by(const std::string& pattern, const std::vector<Names>& topics) {
  TopicSet matched;
  const auto levels = split(pattern);
  for (std::size_t i = 0; i < topics.size(); ++i) matched[i] = is_matched(levels, topics[i]);
  return matched;
}

TopicSet matched_by_any(const Names& patterns, const std::vector<Names>& topics) {
  TopicSet matched;
  for (const auto& pattern : patterns) matched |= matched_by(pattern, topics);
  return matched;
}

/// Rights, and what they let read and publish by the rule.
struct Holder {
  Rights rights;
  TopicSet reads;
  TopicSet publishes;
};

struct Filter {
  std::string name;
  TopicSet matched;
};

}  // namespace

TEST_CASE("without entries nothing is allowed") {
  for (const auto& rights : {Rights(), rights_of({}), rights_of({entry("alice", {"#"}, {"#"})})}) {
    CHECK_FALSE(rights.may_subscribe("#"));
    CHECK_FALSE(rights.may_subscribe("a"));
    CHECK_FALSE(rights.may_read("a"));
    CHECK_FALSE(rights.may_publish("a"));
    CHECK(rights.bytes_per_s_max() == 0);
    CHECK(rights.messages_per_s_max() == 0);
  }
}

TEST_CASE("the entries for an identity and for everybody add up") {
  const std::vector<RightsEntry> entries{entry("anonymous", {"a"}, {"x"}),
                                         entry("*", {"b"}, {"y"}),
                                         entry("sub=alice", {"c"}, {"z"}),
                                         entry("groups=traders", {"d"})};
  const auto nobody = Rights::of_anonymous(entries);
  CHECK(nobody.may_read("a"));
  CHECK(nobody.may_read("b"));
  CHECK_FALSE(nobody.may_read("c"));
  CHECK(nobody.may_publish("x"));
  CHECK(nobody.may_publish("y"));
  CHECK_FALSE(nobody.may_publish("z"));

  Claims claims;
  claims.facts = {{"sub", "alice"}, {"groups", "readers"}, {"groups", "traders"}};
  const auto alice = Rights::of_bearer(entries, claims);
  CHECK_FALSE(alice.may_read("a"));
  CHECK(alice.may_read("b"));
  CHECK(alice.may_read("c"));
  CHECK(alice.may_read("d"));
  CHECK(alice.may_publish("z"));
}

TEST_CASE("nobody becomes anonymous, everybody or somebody else by what a claim is called") {
  const std::vector<RightsEntry> entries{
      entry("anonymous", {"a"}), entry("sub=alice", {"b"}), entry("a=b=c", {"c"})};
  Claims claims;
  claims.subject = "alice";
  claims.facts = {{"anonymous", ""}, {"sub", "anonymous"}, {"sub=alice", ""}, {"sub", "alice "}};
  const auto rights = Rights::of_bearer(entries, claims);
  CHECK_FALSE(rights.may_subscribe("#"));
  claims.facts = {{"a", "b=c"}};
  CHECK(Rights::of_bearer(entries, claims).may_read("c"));
}

TEST_CASE("a token's own rights and ceilings add to the others") {
  auto everybody = entry("*", {"a"});
  everybody.max_bytes_per_s = 1000;
  Claims claims;
  claims.own_rights = entry("", {"b"}, {"c"});
  claims.own_rights->max_bytes_per_s = 500;
  claims.own_rights->max_messages_per_s = 2;
  const auto rights = Rights::of_bearer(std::vector{everybody}, claims);
  CHECK(rights.may_read("a"));
  CHECK(rights.may_read("b"));
  CHECK(rights.may_publish("c"));
  CHECK(rights.bytes_per_s_max() == 500);
  CHECK(rights.messages_per_s_max() == 2);
}

TEST_CASE("a filter may be subscribed where it has a readable topic in common with the rights") {
  struct Row {
    std::string_view allowed;
    std::string_view filter;
    bool may;
  };
  const std::vector<Row> rows{
      {"quotes/#", "quotes/AAPL", true},
      {"quotes/#", "#", true},
      {"quotes/#", "+", true},
      {"quotes/+", "+", false},
      {"quotes/AAPL", "quotes/+", true},
      {"quotes/AAPL", "quotes/IBM", false},
      {"+/AAPL", "quotes/+", true},
      {"+/AAPL/#", "quotes/+", true},
      {"#", "#", true},
      {"#", "$weir/adapters", false},
      {"#", "$weir/#", false},
      {"#", "a/$b", false},
      {"+", "$weir", false},
      {"$weir/#", "$weir/adapters/feed", true},
      {"$weir/#", "$weir/+/feed", true},
      {"$weir/#", "#", false},
      {"$weir/adapters/+", "$weir/#", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.allowed);
    CAPTURE(row.filter);
    CHECK(rights_of({entry("*", {std::string(row.allowed)})}).may_subscribe(row.filter) == row.may);
  }
}

TEST_CASE("nobody publishes as the gateway, whatever the entries say") {
  const auto rights = rights_of({entry("*", {}, {"#", "$weir/#", "a/$b"})});
  CHECK(rights.may_publish("a/b"));
  CHECK_FALSE(rights.may_publish("$weir"));
  CHECK_FALSE(rights.may_publish("$weir/adapters/feed"));
  CHECK_FALSE(rights.may_publish("a/$b"));
}

TEST_CASE("the right to read is not the right to publish") {
  const auto rights = rights_of({entry("*", {"a"}, {"b"})});
  CHECK_FALSE(rights.may_publish("a"));
  CHECK_FALSE(rights.may_read("b"));
  CHECK_FALSE(rights.may_subscribe("b"));
}

TEST_CASE("the lowest ceiling counts, and no ceiling takes none away") {
  struct Row {
    std::string_view name;
    std::vector<std::uint64_t> ceilings;
    std::uint64_t lowest;
  };
  const std::vector<Row> rows{
      {"no entry", {}, 0},
      {"none", {0, 0}, 0},
      {"one", {0, 500, 0}, 500},
      {"two", {700, 500}, 500},
      {"two, the lower one first", {500, 700}, 500},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::vector<RightsEntry> entries;
    for (const auto ceiling : row.ceilings) {
      entries.push_back({"*", {}, {}, ceiling, static_cast<double>(ceiling) / 2});
    }
    entries.push_back({"alice", {}, {}, 1, 1});
    CHECK(rights_of(entries).bytes_per_s_max() == row.lowest);
    CHECK(rights_of(entries).messages_per_s_max() == static_cast<double>(row.lowest) / 2);
  }
}

TEST_CASE("a million random rights, filters and topics agree with the rule") {
  constexpr int triples = 1'000'000;
  const auto seed = tests::seed_or(20261124);
  CAPTURE(seed);
  tests::Random random(seed);
  const Names pattern_words{"a", "b", "$s", "+", "+", "#"};
  const auto topics = all_topics({"a", "b", "$s"}, 4);
  std::vector<Names> levels;
  for (const auto& topic : topics) levels.push_back(split(topic));
  REQUIRE(topics.size() == TopicSet().size());

  std::vector<Holder> holders;
  for (int i = 0; i < 1000; ++i) {
    const auto given =
        entry("*", random_names(random, pattern_words, 3), random_names(random, pattern_words, 3));
    holders.push_back({rights_of({given}),
                       matched_by_any(given.subscribe, levels),
                       matched_by_any(given.publish, levels)});
  }
  std::vector<Filter> filters;
  for (int i = 0; i < 500; ++i) {
    const auto name = random_name(random, pattern_words, 3);
    REQUIRE(protocol::check_filter(name).has_value());
    filters.push_back({name, matched_by(name, levels)});
  }

  int mismatches = 0;
  std::string first;
  for (int i = 0; i < triples; ++i) {
    const auto& holder = holders[random.below(holders.size())];
    const auto& filter = filters[random.below(filters.size())];
    const auto index = random.below(topics.size());
    const auto& topic = topics[index];
    const bool may_publish = holder.publishes[index] && topic.find('$') == std::string::npos;
    const bool agrees =
        holder.rights.may_read(topic) == holder.reads[index] &&
        holder.rights.may_publish(topic) == may_publish &&
        holder.rights.may_subscribe(filter.name) == (holder.reads & filter.matched).any();
    if (!agrees && mismatches++ == 0) first = filter.name + " and " + topic;
  }
  CAPTURE(first);
  CHECK(mismatches == 0);
}

}  // namespace weir::gateway::auth
