#include "gateway/session/recovery.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::session {
namespace {

using protocol::Delivery;
using protocol::GapCause;
using protocol::Position;
using topics::CellStart;

/// Entries 1..20 of which 13..20 are retained.
topics::TopicLog log_of_twenty() {
  topics::TopicLog log(protocol::Kind::stream, "e1", {8, 1'000'000});
  for (int i = 0; i < 20; ++i) log.append(topics::next_entry(log));
  return log;
}

/// "cursor 12", "snapshot", "cursor 12 gap 3 truncated 9".
std::string words(const StartPoint& point) {
  if (point.start == CellStart::snapshot) return "snapshot";
  auto text = "cursor " + std::to_string(point.cursor.offset);
  if (!point.gap) return text;
  text += " gap " + (point.gap->from ? std::to_string(*point.gap->from) : "-");
  text += " " + std::string(protocol::name(point.gap->cause));
  if (point.gap->lost) text += " " + std::to_string(*point.gap->lost);
  return text;
}

}  // namespace

TEST_CASE("where a cell begins") {
  const auto log = log_of_twenty();
  const auto with = [](Delivery delivery, auto change) {
    StartRequest request;
    request.delivery = delivery;
    request.wants_snapshot = delivery == Delivery::latest;
    change(request);
    return request;
  };
  const Position head{"e1", 20};
  const Position retained{"e1", 12};
  const Position dropped{"e1", 11};
  const Position future{"e1", 21};
  const Position other{"e0", 5};
  const auto at = [](const Position& position) {
    return [&position](StartRequest& request) {
      request.has_positions = true;
      request.position = &position;
    };
  };
  const auto nothing = [](StartRequest& /*request*/) {};
  const auto absent = [](StartRequest& request) { request.has_positions = true; };
  const auto history = [](std::uint32_t count) {
    return [count](StartRequest& request) { request.history = count; };
  };
  struct Row {
    const char* name;
    StartRequest request;
    std::string start;
  };
  const std::vector<Row> rows{
      {"all, from now", with(Delivery::all, nothing), "cursor 20"},
      {"latest, with the state", with(Delivery::latest, nothing), "snapshot"},
      {"at the head", with(Delivery::all, at(head)), "cursor 20"},
      {"the oldest that is retained", with(Delivery::all, at(retained)), "cursor 12"},
      {"one before it", with(Delivery::all, at(dropped)), "cursor 12 gap 11 truncated 1"},
      {"not among the positions", with(Delivery::all, absent), "cursor 12 gap 0 truncated 12"},
      {"from the future", with(Delivery::all, at(future)), "cursor 12 gap - future"},
      {"of another epoch", with(Delivery::all, at(other)), "cursor 12 gap - epoch"},
      {"latest at a position", with(Delivery::latest, at(dropped)), "cursor 11"},
      {"latest of another epoch", with(Delivery::latest, at(other)), "snapshot"},
      {"latest from the future", with(Delivery::latest, at(future)), "snapshot"},
      {"some history", with(Delivery::all, history(3)), "cursor 17"},
      {"more history than there is", with(Delivery::all, history(100)), "cursor 12"},
      {"history means nothing to latest", with(Delivery::latest, history(3)), "snapshot"},
      {"born later",
       with(Delivery::all, [](auto& request) { request.is_born_later = true; }),
       "cursor 0"},
      {"born later, with a position of before",
       with(Delivery::all,
            [&](auto& request) {
              request.is_born_later = true;
              request.has_positions = true;
              request.position = &other;
            }),
       "cursor 12 gap - epoch"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(words(find_start(log, row.request)) == row.start);
  }
}

TEST_CASE("where a cell begins that its source can still bring there") {
  topics::TopicLog log(protocol::Kind::stream, "e1", {8, 1'000'000}, 100);
  for (int i = 0; i < 20; ++i) log.append(topics::next_entry(log));  // 101..120, 113..120 retained
  const auto begin = [&](auto change) {
    StartRequest request;
    request.delivery = Delivery::all;
    request.wants_snapshot = false;
    change(request);
    const auto point = find_start(log, request);
    constexpr std::array why{"", " position", " history", " ahead"};
    return words(point) + why.at(static_cast<std::size_t>(point.outside));
  };
  const Position retained{"e1", 112};
  const Position dropped{"e1", 111};
  const Position never_here{"e1", 7};
  const Position future{"e1", 121};
  const Position other{"e0", 7};
  const auto at = [](const Position& position) {
    return [&position](StartRequest& request) {
      request.has_positions = true;
      request.position = &position;
    };
  };
  const auto history = [](std::uint32_t count) {
    return [count](StartRequest& request) { request.history = count; };
  };
  CHECK(begin(at(retained)) == "cursor 112");
  CHECK(begin(at(dropped)) == "cursor 111 position");
  CHECK(begin(at(never_here)) == "cursor 7 position");
  CHECK(begin(at(future)) == "cursor 121 ahead");
  CHECK(begin(at(other)) == "cursor 112 gap - epoch");
  CHECK(begin([](auto& request) { request.has_positions = true; }) == "cursor 0 position");
  CHECK(begin(history(8)) == "cursor 112");
  CHECK(begin(history(9)) == "cursor 111 history");
  CHECK(begin(history(120)) == "cursor 0 history");
  CHECK(begin(history(1000)) == "cursor 0 history");
  CHECK(begin([](auto& request) { request.is_born_later = true; }) == "cursor 100");
  CHECK(begin([](auto& request) {
          request.is_born_later = true;
          request.has_positions = true;
        }) == "cursor 0 position");
  CHECK(begin([](auto& request) { request.wants_snapshot = true; }) == "snapshot");
}

TEST_CASE("records and tables have their state, and are not brought anywhere") {
  topics::TopicLog log(protocol::Kind::record, "e1", {8, 1'000'000}, 100);
  for (int i = 0; i < 20; ++i) log.append(topics::next_entry(log));
  const Position dropped{"e1", 111};
  StartRequest request;
  request.delivery = Delivery::all;
  request.has_positions = true;
  request.position = &dropped;
  CHECK(words(find_start(log, request)) == "snapshot");
}

TEST_CASE("an empty topic begins at 0, whatever is asked") {
  const topics::TopicLog log(protocol::Kind::stream, "e1", {});
  StartRequest request;
  request.delivery = Delivery::all;
  request.wants_snapshot = false;
  request.history = 5;
  CHECK(words(find_start(log, request)) == "cursor 0");
  CHECK(words(find_restart(log, GapCause::epoch)) == "cursor 0 gap - epoch");
}

}  // namespace weir::gateway::session
