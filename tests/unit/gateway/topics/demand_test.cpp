#include "gateway/topics/demand.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

constexpr auto linger = std::chrono::seconds(5);

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

/// "+a -b": wanted a, no longer b.
std::string words(const std::vector<DemandSignal>& signals) {
  std::string text;
  for (const auto& signal : signals) {
    text += (text.empty() ? "" : " ") + std::string(signal.is_wanted ? "+" : "-") + signal.filter;
  }
  return text;
}

}  // namespace

TEST_CASE("a filter is wanted at its first subscriber, once") {
  DemandTracker tracker(linger);
  CHECK_FALSE(tracker.deadline());
  tracker.change("a", true, at(0));
  CHECK(tracker.deadline().has_value());
  tracker.change("a", true, at(1));
  CHECK(words(tracker.take_signals(at(2))) == "+a");
  CHECK(words(tracker.take_signals(at(3))).empty());
  CHECK_FALSE(tracker.deadline());
}

TEST_CASE("a filter is unwanted when the last has been gone for the linger time, not before") {
  DemandTracker tracker(linger);
  tracker.change("a", true, at(0));
  tracker.change("a", true, at(0));
  (void)tracker.take_signals(at(0));
  tracker.change("a", false, at(1000));
  CHECK_FALSE(tracker.deadline());
  tracker.change("a", false, at(2000));
  CHECK(tracker.deadline() == at(7000));
  CHECK(words(tracker.take_signals(at(6999))).empty());
  CHECK(words(tracker.take_signals(at(7000))) == "-a");
  CHECK_FALSE(tracker.deadline());
}

TEST_CASE("a page that reloads does not stop its source") {
  DemandTracker tracker(linger);
  tracker.change("a", true, at(0));
  (void)tracker.take_signals(at(0));
  tracker.change("a", false, at(1000));
  tracker.change("a", true, at(3000));
  CHECK(words(tracker.take_signals(at(60'000))).empty());
  tracker.change("a", false, at(60'000));
  CHECK(words(tracker.take_signals(at(64'999))).empty());
  CHECK(words(tracker.take_signals(at(65'000))) == "-a");
}

TEST_CASE("a filter that is wanted again after its end is told again, in order") {
  DemandTracker tracker(linger);
  tracker.change("a", true, at(0));
  tracker.change("b", true, at(0));
  tracker.change("a", false, at(10));
  CHECK(words(tracker.take_signals(at(5010))) == "+a +b -a");
  tracker.change("a", true, at(5020));
  CHECK(words(tracker.take_signals(at(5020))) == "+a");
}

TEST_CASE("signals alternate, and follow the count of shards") {
  const auto seed = tests::seed_or(8);
  CAPTURE(seed);
  tests::Random random(seed);
  struct Model {
    int shards = 0;
    std::int64_t empty_since = 0;
    bool is_told = false;
  };
  std::map<std::string, Model> models;
  DemandTracker tracker(linger);
  std::int64_t now = 0;
  for (int step = 0; step < 5000; ++step) {
    now += static_cast<std::int64_t>(random.below(2000));
    const auto filter = random.text(1, "abcde");
    auto& model = models[filter];
    if (model.shards > 0 && random.once_in(2)) {
      tracker.change(filter, false, at(now));
      if (--model.shards == 0) model.empty_since = now;
    } else {
      // A filter whose linger time has passed without anybody looking is still the same demand.
      tracker.change(filter, true, at(now));
      ++model.shards;
    }
    if (random.once_in(2)) continue;
    for (const auto& signal : tracker.take_signals(at(now))) {
      auto& told = models[signal.filter];
      REQUIRE(told.is_told != signal.is_wanted);
      told.is_told = signal.is_wanted;
    }
    for (const auto& [name, held] : models) {
      CAPTURE(name);
      const bool is_lingering = held.shards == 0 && now < held.empty_since + 5000;
      if (held.shards > 0) REQUIRE(held.is_told);
      if (held.shards == 0 && !is_lingering) REQUIRE_FALSE(held.is_told);
    }
  }
}

}  // namespace weir::gateway::topics
