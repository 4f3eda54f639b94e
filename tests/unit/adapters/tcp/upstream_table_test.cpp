#include "adapters/tcp/upstream_table.hpp"

#include "adapters/abi/host_functions.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::tcp {
namespace {

constexpr TimePoint start{std::chrono::hours(1)};

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{}, port};
  abi::Host host{&functions.table()};
  UpstreamTable table;

  /// Returns the line's id.
  std::uint64_t open(std::uint64_t send_id,
                     std::vector<std::uint32_t> connections,
                     TimePoint deadline = start) {
    functions.open_send(send_id);
    const auto id = table.next_id();
    table.open(abi::PendingSend(host, send_id), std::move(connections), deadline);
    return id;
  }
  abi::SendOutcome last() {
    REQUIRE_FALSE(port.outcomes().empty());
    return port.outcomes().back();
  }
};

const protocol::Error refusal{protocol::ErrorCode::forbidden, "not here"};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the first ack of several feeders is the answer") {
  const auto id = open(7, {1, 2});
  CHECK(table.on_reply(1, {id, refusal}));
  CHECK(port.outcomes().empty());
  CHECK(table.on_reply(2, {id, std::nullopt}));
  CHECK(last().send_id == 7);
  CHECK(last().outcome == abi::Outcome::accepted);
  CHECK_FALSE(table.on_reply(2, {id, std::nullopt}));
  CHECK(port.outcomes().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "it is refused when all have refused") {
  const auto id = open(7, {1, 2});
  CHECK(table.on_reply(1, {id, refusal}));
  CHECK_FALSE(table.on_reply(1, {id, refusal}));
  CHECK_FALSE(table.on_reply(3, {id, refusal}));
  CHECK(table.on_reply(2, {id, refusal}));
  CHECK(last().outcome == abi::Outcome::refused);
  CHECK(last().error == refusal);
  CHECK(table.size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a feeder that goes leaves it unknown, unless another takes it") {
  open(1, {1});
  const auto taken = open(2, {1, 2});
  const auto refused = open(3, {1, 2});
  table.on_gone(1);
  CHECK(last().send_id == 1);
  CHECK(last().outcome == abi::Outcome::unknown);
  CHECK(table.on_reply(2, {taken, std::nullopt}));
  CHECK(last().outcome == abi::Outcome::accepted);
  CHECK(table.on_reply(2, {refused, refusal}));
  CHECK(last().send_id == 3);
  CHECK(last().outcome == abi::Outcome::unknown);
}

TEST_CASE_FIXTURE(Fixture, "what is not answered in time is unknown") {
  open(1, {1}, start);
  open(2, {1}, start + std::chrono::seconds(1));
  table.expire(start - std::chrono::milliseconds(1));
  CHECK(port.outcomes().empty());
  table.expire(start);
  CHECK(last().send_id == 1);
  CHECK(last().outcome == abi::Outcome::unknown);
  CHECK(table.size() == 1);
  table.clear();
  CHECK(last().send_id == 2);
}

TEST_CASE_FIXTURE(Fixture, "it holds so many and no more") {
  for (std::uint64_t i = 0; i < UpstreamTable::sends_max; ++i) {
    CHECK_FALSE(table.is_full());
    open(i + 1, {1});
  }
  CHECK(table.is_full());
}

}  // namespace weir::adapters::tcp
