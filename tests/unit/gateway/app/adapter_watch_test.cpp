#include "gateway/app/adapter_watch.hpp"

#include "tests/support/no_log.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

using adapters::abi::CallBook;
using std::chrono::seconds;

/// One adapter, looked at only when a test says so.
struct Fixture {
  Fixture() {
    watch.add({.name = "slow", .calls = &calls, .on_change = [this](std::string_view function) {
                 changes.emplace_back(function);
               }});
  }
  void look(int after_s) { watch.look(began + seconds(after_s)); }

  tests::NoLog log;
  CallBook calls;
  std::vector<std::string> changes;
  std::vector<std::string> stuck;
  TimePoint began = std::chrono::steady_clock::now();
  AdapterWatch watch{{.call_max = seconds(3),
                      .stop_max = seconds(10),
                      .interval = std::chrono::hours(1),
                      .log = &log,
                      .on_stuck = [this](const std::string& what) { stuck.push_back(what); }}};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a call that takes too long is told once, and its return too") {
  std::optional<CallBook::Running> call;
  call.emplace(&calls, "send");
  look(2);
  CHECK(changes.empty());
  look(4);
  look(5);
  CHECK(changes == std::vector<std::string>{"send"});
  call.reset();
  look(6);
  look(7);
  CHECK(changes == std::vector<std::string>{"send", ""});
}

TEST_CASE_FIXTURE(Fixture, "one long call after another is told of each") {
  std::optional<CallBook::Running> call;
  call.emplace(&calls, "send");
  look(4);
  call.emplace(&calls, "wanted");
  look(8);
  CHECK(changes == std::vector<std::string>{"send", "", "wanted"});
}

TEST_CASE_FIXTURE(Fixture, "a stop waits for a call, but not for ever") {
  const CallBook::Running call(&calls, "send");
  look(100);
  CHECK(stuck.empty());
  watch.begin_stop(began + seconds(100));
  look(109);
  CHECK(stuck.empty());
  look(110);
  look(120);
  CHECK(stuck == std::vector<std::string>{"adapter 'slow' has not returned from send within 10 s"});
}

TEST_CASE_FIXTURE(Fixture, "what began after the stop has its own time") {
  watch.begin_stop(began - seconds(60));
  const CallBook::Running call(&calls, "stop");
  look(9);
  CHECK(stuck.empty());
  look(11);
  CHECK(stuck.size() == 1);
}

}  // namespace weir::gateway::app
