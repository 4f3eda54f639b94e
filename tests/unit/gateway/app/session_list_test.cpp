#include "gateway/app/session_list.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

SessionInfo session(SessionId id, const session::SessionStatus& status) {
  auto copy = status;
  copy.id = id;
  return {copy, 0};
}

std::vector<SessionId> first(SessionOrder order, std::size_t items_max = 10) {
  using std::chrono::milliseconds;
  std::vector<SessionInfo> all{
      session(4, {.backlog = {.cells = 9, .age = milliseconds(5)}, .round_trip = milliseconds(1)}),
      session(3, {.tally = {.conflated = 2, .throttled_s = 0.5}}),
      session(1,
              {.tally = {.delivery_bytes = 9, .lost = 3},
               .backlog = {.cells = 1, .age = milliseconds(7)}}),
      session(2,
              {.tally = {.delivery_bytes = 10},
               .backlog = {.cells = 2, .age = milliseconds(7)},
               .round_trip = milliseconds(3)}),
  };
  keep_first(all, {order, items_max});
  std::vector<SessionId> ids;
  for (const auto& info : all) ids.push_back(info.status.id);
  return ids;
}

}  // namespace

TEST_CASE("sessions are listed in the order that was asked for, ties by their id") {
  using Ids = std::vector<SessionId>;
  CHECK(first(SessionOrder::session) == Ids{1, 2, 3, 4});
  CHECK(first(SessionOrder::behind) == Ids{2, 1, 4, 3});
  CHECK(first(SessionOrder::bytes) == Ids{2, 1, 3, 4});
  CHECK(first(SessionOrder::conflated) == Ids{3, 1, 2, 4});
  CHECK(first(SessionOrder::lost) == Ids{1, 2, 3, 4});
  CHECK(first(SessionOrder::throttled) == Ids{3, 1, 2, 4});
  CHECK(first(SessionOrder::round_trip) == Ids{2, 4, 1, 3});
  CHECK(first(SessionOrder::behind, 2) == Ids{2, 1});
}

TEST_CASE("a query says how many, and in which order") {
  const struct {
    const char* query;
    SessionOrder order;
    std::size_t items_max;
  } rows[] = {
      {"", SessionOrder::session, 1000},
      {"sort=behind", SessionOrder::behind, 1000},
      {"limit=1&sort=round_trip", SessionOrder::round_trip, 1},
      {"limit=1000", SessionOrder::session, 1000},
      {"sort=%62ytes&", SessionOrder::bytes, 1000},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    const auto query = read_session_query(row.query);
    REQUIRE(query);
    CHECK(query->order == row.order);
    CHECK(query->items_max == row.items_max);
  }
}

TEST_CASE("a query that makes no sense is told why") {
  const struct {
    const char* query;
    const char* text;
  } rows[] = {
      {"srot=behind", "there is no parameter \"srot\"; expected sort and limit"},
      {"sort=speed",
       "sort: \"speed\" is no order; expected one of session, behind, bytes, conflated, lost, "
       "throttled, round_trip"},
      {"sort",
       "sort: \"\" is no order; expected one of session, behind, bytes, conflated, lost, "
       "throttled, round_trip"},
      {"limit=0", "limit: \"0\"; expected an integer from 1 to 1000"},
      {"limit=1001", "limit: \"1001\"; expected an integer from 1 to 1000"},
      {"limit=-1", "limit: \"-1\"; expected an integer from 1 to 1000"},
      {"limit=5x", "limit: \"5x\"; expected an integer from 1 to 1000"},
      {"limit=99999999999999999999",
       "limit: \"99999999999999999999\"; expected an integer from 1 "
       "to 1000"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    const auto query = read_session_query(row.query);
    REQUIRE_FALSE(query);
    CHECK(query.error() == row.text);
  }
}

}  // namespace weir::gateway::app
