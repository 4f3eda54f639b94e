#include "gateway/app/event_loop.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

namespace weir::gateway::app {
namespace {

template <class T>
bool is_soon(std::future<T>& future) {
  return future.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
}

}  // namespace

TEST_CASE("a signal is handled by the loop's thread, and the next one too") {
  std::promise<std::thread::id> first;
  std::promise<void> second;
  auto handled_by = first.get_future();
  auto handled_again = second.get_future();
  int handled = 0;
  adapters::common::WakeUp wake_up;
  EventLoop loop(wake_up,
                 {.on_wake =
                      [&] {
                        if (++handled == 1) first.set_value(std::this_thread::get_id());
                        if (handled == 2) second.set_value();
                      },
                  .on_deadline = [] {}});
  loop.start();
  wake_up.signal();
  REQUIRE(is_soon(handled_by));
  CHECK(handled_by.get() != std::this_thread::get_id());
  wake_up.signal();
  CHECK(is_soon(handled_again));
}

TEST_CASE("a deadline comes once, not before its time, and lateness is measured") {
  std::promise<TimePoint> reached;
  auto reached_at = reached.get_future();
  adapters::common::WakeUp wake_up;
  const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EventLoop* running = nullptr;
  EventLoop loop(wake_up,
                 {.on_wake =
                      [&] {
                        running->set_deadline(due + std::chrono::hours(1));
                        running->set_deadline(due);
                      },
                  .on_deadline = [&] { reached.set_value(std::chrono::steady_clock::now()); }});
  running = &loop;
  wake_up.signal();
  loop.start();
  REQUIRE(is_soon(reached_at));
  CHECK(reached_at.get() >= due);
  loop.stop();
  CHECK(loop.lag().count() >= 1);
}

TEST_CASE("nothing is handled after the stop") {
  adapters::common::WakeUp wake_up;
  std::promise<void> handled;
  auto was_handled = handled.get_future();
  EventLoop loop(wake_up, {.on_wake = [&] { handled.set_value(); }, .on_deadline = [] {}});
  loop.start();
  wake_up.signal();
  REQUIRE(is_soon(was_handled));
  loop.stop();
  wake_up.signal();  // would set the promise again, which throws
  loop.stop();
}

}  // namespace weir::gateway::app
