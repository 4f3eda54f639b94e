#include "gateway/app/upstream_sends.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::app {
namespace {

using adapters::abi::Outcome;
using adapters::abi::SendOutcome;
using protocol::ErrorCode;

TimePoint at(int seconds) {
  return TimePoint{} + std::chrono::seconds(seconds);
}

SendOutcome accepted(std::uint64_t send_id) {
  return {.send_id = send_id, .outcome = Outcome::accepted, .error = {}};
}

}  // namespace

TEST_CASE("a send's number tells its shard, and is used once") {
  UpstreamSends sends({.shard = 2, .shards = 4});
  const auto first = sends.open(10, 1, at(0));
  const auto second = sends.open(10, 2, at(0));
  REQUIRE((first && second));
  CHECK(*first % 4 == 2);
  CHECK(*second % 4 == 2);
  CHECK(*first != *second);
}

TEST_CASE("an outcome finds its request, once") {
  UpstreamSends sends({});
  const auto id = sends.open(10, 7, at(0));
  const auto told = sends.close(accepted(*id));
  REQUIRE(told);
  CHECK(told->session == 10);
  CHECK(told->id == 7);
  REQUIRE(told->result);
  CHECK(told->result->epoch.empty());
  CHECK_FALSE(sends.close(accepted(*id)));
  CHECK_FALSE(sends.deadline());
}

TEST_CASE("refusals keep their reason, and what nobody can tell is unknown") {
  UpstreamSends sends({});
  const auto refused = sends.open(1, 1, at(0));
  const auto unknown = sends.open(1, 2, at(0));
  auto told = sends.close({*refused, Outcome::refused, {ErrorCode::too_big, "no"}});
  REQUIRE(told);
  CHECK(told->result.error() == protocol::Error{ErrorCode::too_big, "no"});
  told = sends.close({*unknown, Outcome::unknown, {ErrorCode::internal, "lost"}});
  REQUIRE(told);
  CHECK(told->result.error() == protocol::Error{ErrorCode::unknown, "lost"});
}

TEST_CASE("nobody is told where there is no id") {
  UpstreamSends sends({});
  const auto id = sends.open(1, std::nullopt, at(0));
  CHECK_FALSE(sends.close(accepted(*id)));
}

TEST_CASE("a send that is not answered in time ends as unknown, and not before") {
  UpstreamSends sends({.timeout = std::chrono::seconds(10)});
  const auto first = sends.open(1, 1, at(0));
  const auto second = sends.open(1, 2, at(1));
  const auto third = sends.open(1, 3, at(2));
  CHECK(sends.close(accepted(*second)));
  CHECK(sends.deadline() == at(10));
  CHECK_FALSE(sends.expire(at(9)));

  const auto told = sends.expire(at(11));
  REQUIRE(told);
  CHECK(told->id == 1);
  CHECK(told->result.error().code == ErrorCode::unknown);
  CHECK_FALSE(sends.expire(at(11)));
  CHECK(sends.deadline() == at(12));
  CHECK_FALSE(sends.close(accepted(*first)));
  CHECK(sends.close(accepted(*third)));
}

TEST_CASE("so many may be open, and one more after one has ended") {
  UpstreamSends sends({.open_max = 2});
  const auto first = sends.open(1, 1, at(0));
  REQUIRE(sends.open(1, 2, at(0)));
  CHECK_FALSE(sends.open(1, 3, at(0)));
  CHECK(sends.close(accepted(*first)));
  CHECK(sends.open(1, 3, at(0)));
}

TEST_CASE("one that is never answered does not end the others early") {
  UpstreamSends sends({.open_max = 4});
  REQUIRE(sends.open(1, 99, at(0)));
  for (int i = 0; i < 100; ++i) {
    const auto id = sends.open(1, i, at(0));
    REQUIRE(id);
    CHECK(sends.close(accepted(*id)));
  }
  const auto told = sends.expire(at(10));
  REQUIRE(told);
  CHECK(told->id == 99);
  CHECK_FALSE(sends.deadline());
}

}  // namespace weir::gateway::app
