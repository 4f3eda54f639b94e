#include "gateway/app/survey.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace weir::gateway::app {
namespace {

/// Answers from a thread of its own, when it is let.
struct Target {
  explicit Target(int given) : number(given) {}
  ~Target() {
    for (auto& thread : threads) thread.join();
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  bool post(std::function<void()> task) {
    if (is_full) return false;
    if (is_silent) {
      unanswered.push_back(std::move(task));
    } else {
      threads.emplace_back(std::move(task));
    }
    return true;
  }

  int number;
  bool is_full = false;
  bool is_silent = false;
  std::vector<std::function<void()>> unanswered;
  std::vector<std::thread> threads;
};

std::optional<std::vector<int>> ask(const std::vector<Target*>& targets, Duration timeout) {
  return survey<int, Target>(targets, [](Target& target) { return target.number; }, timeout);
}

}  // namespace

TEST_CASE("answers come in the order of those who were asked") {
  Target one(1);
  Target two(2);
  CHECK(ask({&one, &two}, std::chrono::seconds(10)) == std::vector{1, 2});
}

TEST_CASE("there is no answer where one takes no question") {
  Target one(1);
  Target full(2);
  full.is_full = true;
  CHECK_FALSE(ask({&one, &full}, std::chrono::seconds(10)));
}

TEST_CASE("who answers too late answers nobody") {
  Target one(1);
  Target silent(2);
  silent.is_silent = true;
  CHECK_FALSE(ask({&one, &silent}, std::chrono::milliseconds(1)));
  silent.unanswered.at(0)();
}

}  // namespace weir::gateway::app
