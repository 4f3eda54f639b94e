#include "adapters/common/outbox.hpp"

#include "adapters/abi/host_functions.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {
namespace {

constexpr Outbox::TimePoint start{std::chrono::hours(1)};

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{}, port};
  abi::Host host{&functions.table()};
  Outbox outbox;

  void put(std::uint64_t id, Outbox::TimePoint deadline = start) {
    functions.open_send(id);
    OutgoingMessage message;
    message.subject = std::to_string(id);
    outbox.put({abi::PendingSend(host, id), std::move(message), deadline});
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "without a broker everything is refused with the reason") {
  put(1);
  outbox.open();
  put(2);
  CHECK(port.outcomes().size() == 1);
  outbox.shut("it is gone");
  put(3);
  const auto outcomes = port.outcomes();
  REQUIRE(outcomes.size() == 3);
  for (const auto& outcome : outcomes) {
    CHECK(outcome.outcome == abi::Outcome::refused);
    CHECK(outcome.error.code == protocol::ErrorCode::unavailable);
  }
  CHECK(outcomes[1].send_id == 2);
  CHECK(outcomes[1].error.detail == "it is gone");
  CHECK_FALSE(outbox.take());
}

TEST_CASE_FIXTURE(Fixture, "what waits is taken in order") {
  outbox.open();
  put(1);
  put(2);
  auto first = outbox.take();
  REQUIRE(first);
  CHECK(first->message.subject == "1");
  first->pending.accept();
  auto second = outbox.take();
  REQUIRE(second);
  CHECK(second->message.subject == "2");
  second->pending.accept();
  CHECK_FALSE(outbox.take());
  CHECK(port.outcomes().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "what was not sent in time is refused: the broker does not have it") {
  outbox.open();
  put(1, start);
  put(2, start + std::chrono::seconds(1));
  outbox.expire(start);
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].send_id == 1);
  CHECK(port.outcomes()[0].outcome == abi::Outcome::refused);
}

TEST_CASE_FIXTURE(Fixture, "so many wait and no more") {
  outbox.open();
  for (std::uint64_t id = 1; id <= Outbox::waiting_max; ++id) put(id);
  CHECK(port.outcomes().empty());
  put(Outbox::waiting_max + 1);
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].error.code == protocol::ErrorCode::overloaded);
  outbox.shut("the end");
}

}  // namespace weir::adapters::common
