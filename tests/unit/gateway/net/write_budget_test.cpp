#include "gateway/net/write_budget.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace weir::gateway::net {
namespace {

using namespace std::chrono_literals;

const TimePoint start{1000h};

/// Writes as much as the budget allows to a socket of this speed, `count` times.
void write_at(WriteBudget& budget, double bytes_per_s, int count) {
  for (int i = 0; i < count; ++i) {
    const auto bytes = budget.bytes();
    budget.on_begin(start);
    const std::chrono::duration<double> elapsed(static_cast<double>(bytes) / bytes_per_s);
    budget.on_end(bytes, start + std::chrono::duration_cast<Duration>(elapsed));
  }
}

}  // namespace

TEST_CASE("the first write is small, and a fast socket gets twice as much each time") {
  WriteBudget budget(64 * 1024);
  CHECK(budget.bytes() == 16 * 1024);
  write_at(budget, 1e9, 1);
  CHECK(budget.bytes() == 32 * 1024);
  write_at(budget, 1e9, 1);
  CHECK(budget.bytes() == 64 * 1024);
  write_at(budget, 1e9, 1);
  CHECK(budget.bytes() == 64 * 1024);
}

TEST_CASE("a maximum below the first size holds from the start") {
  CHECK(WriteBudget(1000).bytes() == 1000);
}

TEST_CASE("a slow socket gets what it takes in half a second") {
  for (const double bytes_per_s : {1000.0, 10'000.0, 30'000.0}) {
    WriteBudget budget(64 * 1024);
    write_at(budget, bytes_per_s, 2);
    CHECK(static_cast<double>(budget.bytes()) == doctest::Approx(bytes_per_s / 2).epsilon(0.01));
  }
}

TEST_CASE("a socket that becomes faster is believed step by step") {
  WriteBudget budget(64 * 1024);
  write_at(budget, 10'000, 2);
  write_at(budget, 1e9, 1);
  CHECK(static_cast<double>(budget.bytes()) == doctest::Approx(10'000).epsilon(0.01));
  write_at(budget, 1e9, 3);
  CHECK(budget.bytes() == 64 * 1024);
}

TEST_CASE("a small write that was taken at once says nothing") {
  WriteBudget budget(64 * 1024);
  budget.on_begin(start);
  budget.on_end(100, start);
  CHECK(budget.bytes() == 16 * 1024);
  budget.on_begin(start);
  budget.on_end(8 * 1024 - 1, start);
  CHECK(budget.bytes() == 16 * 1024);
}

TEST_CASE("a small write that took long says that the socket is slow") {
  WriteBudget budget(64 * 1024);
  budget.on_begin(start);
  budget.on_end(1000, start + 1s);
  CHECK(budget.bytes() == 500);
}

TEST_CASE("there is always room for one byte, and so for one frame") {
  WriteBudget budget(64 * 1024);
  budget.on_begin(start);
  budget.on_end(1, start + 1h);
  CHECK(budget.bytes() == 1);
  budget.on_begin(start);
  budget.on_end(300'000, start);  // one frame may be larger than the budget
  CHECK(budget.bytes() == 2);
}

}  // namespace weir::gateway::net
