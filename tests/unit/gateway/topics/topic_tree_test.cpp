#include "gateway/topics/topic_tree.hpp"

#include "protocol/core/topic.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using Names = std::vector<std::string>;

/// Few levels with few names, so that most filters match something.
std::string random_name(tests::Random& random, const Names& levels) {
  std::string name;
  for (auto left = 1 + random.below(4); left > 0; --left) {
    name += (name.empty() ? "" : "/") + levels[random.below(levels.size())];
  }
  return name;
}

std::string random_topic(tests::Random& random) {
  return random_name(random, {"a", "b", "ab", "$a", "a"});
}

std::string random_filter(tests::Random& random) {
  if (random.once_in(12)) return "#";
  auto filter = random_name(random, {"a", "b", "$a", "+", "+"});
  if (random.once_in(3)) filter += "/#";
  return filter;
}

/// A tree whose values are their own names, beside a map.
struct Held {
  TopicTree<std::string> tree;
  std::map<std::string, bool> names;

  void change(tests::Random& random, const std::string& name) {
    if (random.once_in(3)) {
      tree.erase(name);
      names.erase(name);
    } else {
      tree.insert(name) = name;
      names[name] = true;
    }
  }
  template <class Predicate>
  Names those(const Predicate& predicate) const {
    Names found;
    for (const auto& [name, held] : names) {
      if (predicate(name)) found.push_back(name);
    }
    return found;
  }
};

Names sorted(Names names) {
  std::ranges::sort(names);
  return names;
}

}  // namespace

TEST_CASE("topics that a filter matches are those that matches() says, each once") {
  const auto seed = tests::seed_or(4);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    Held held;
    for (int step = 0; step < 60; ++step) {
      held.change(random, random_topic(random));
      const auto filter = random_filter(random);
      CAPTURE(filter);
      Names found;
      held.tree.visit_matching_filter(filter, [&](auto& name) { found.push_back(name); });
      REQUIRE(sorted(found) ==
              held.those([&](const auto& topic) { return protocol::matches(filter, topic); }));
    }
  }
}

TEST_CASE("filters that match a topic are those that matches() says, each once") {
  const auto seed = tests::seed_or(5);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    Held held;
    for (int step = 0; step < 60; ++step) {
      held.change(random, random_filter(random));
      const auto topic = random_topic(random);
      CAPTURE(topic);
      Names found;
      held.tree.visit_matching_topic(topic, [&](auto& name) { found.push_back(name); });
      REQUIRE(sorted(found) ==
              held.those([&](const auto& filter) { return protocol::matches(filter, topic); }));
    }
  }
}

TEST_CASE("a name is found while it is held, and only then") {
  const auto seed = tests::seed_or(6);
  CAPTURE(seed);
  tests::Random random(seed);
  Held held;
  for (int step = 0; step < 2000; ++step) {
    held.change(random, random_topic(random));
    const auto name = random_topic(random);
    const auto* found = held.tree.find(name);
    REQUIRE((found != nullptr) == held.names.contains(name));
    if (found != nullptr) REQUIRE(*found == name);
  }
}

TEST_CASE("erasing leaves neighbours, parents and children alone") {
  TopicTree<int> tree;
  tree.insert("a") = 1;
  tree.insert("a/b/c") = 2;
  tree.insert("a/b/d") = 3;
  tree.erase("a/b");  // holds no value itself
  tree.erase("a/b/c/d");
  tree.erase("a/b/c");
  CHECK(tree.find("a/b/c") == nullptr);
  CHECK(*tree.find("a") == 1);
  tree.erase("a");
  CHECK(tree.find("a") == nullptr);
  CHECK(*tree.find("a/b/d") == 3);
  CHECK(tree.insert("a/b/d") == 3);
  CHECK(tree.insert("a") == 0);
}

TEST_CASE("a value keeps its address while others come and go") {
  TopicTree<int> tree;
  int* held = &tree.insert("m/m");
  for (char c = 'a'; c <= 'z'; ++c) tree.insert(std::string(1, c) + "/x") = c;
  for (char c = 'a'; c <= 'z'; ++c) tree.erase(std::string(1, c) + "/x");
  CHECK(tree.find("m/m") == held);
}

}  // namespace weir::gateway::topics
