#include "gateway/app/replay_mailbox.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

using adapters::abi::Answer;
using adapters::abi::ReplayPart;
using protocol::ErrorCode;
using topics::ReplayEnd;

constexpr AdapterIndex adapter = 3;

ReplayPart part_of(std::uint64_t id, std::size_t entries, std::size_t bytes = 1) {
  ReplayPart part;
  part.replay_id = id;
  for (std::size_t i = 0; i < entries; ++i) {
    protocol::Publication entry;
    entry.payload.bytes = std::string(bytes, '1');
    part.entries.push_back(std::move(entry));
  }
  return part;
}

ReplayPart last_of(std::uint64_t id, bool is_complete) {
  ReplayPart part;
  part.replay_id = id;
  part.is_last = true;
  if (!is_complete) part.result = protocol::fail(ErrorCode::unavailable);
  return part;
}

}  // namespace

TEST_CASE("what is put is taken in order, and the shard is told once for all of it") {
  ReplayMailbox mailbox({.entries = 10, .bytes = 10'000});
  mailbox.open(5, adapter);
  CHECK(mailbox.put(part_of(5, 2)).is_news);
  CHECK_FALSE(mailbox.put(part_of(5, 1)).is_news);
  CHECK(mailbox.take_news() == std::vector<std::uint64_t>{5});
  CHECK(mailbox.take_news().empty());
  auto taken = mailbox.take(5, 2);
  CHECK(taken.part.entries.size() == 2);
  CHECK(taken.part.ended == ReplayEnd::none);
  CHECK(mailbox.put(last_of(5, true)).is_news);
  taken = mailbox.take(5, 10);
  CHECK(taken.part.entries.size() == 1);
  CHECK(taken.part.ended == ReplayEnd::complete);
}

TEST_CASE("an end is told behind the last entry") {
  ReplayMailbox mailbox;
  mailbox.open(5, adapter);
  std::ignore = mailbox.put(part_of(5, 2));
  std::ignore = mailbox.put(last_of(5, false));
  CHECK(mailbox.take(5, 1).part.ended == ReplayEnd::none);
  CHECK(mailbox.take(5, 1).part.ended == ReplayEnd::failed);
}

TEST_CASE("a full queue slows its adapter down, and at twice that refuses") {
  struct Row {
    const char* name;
    ReplayMailbox::Limits limits;
    std::size_t bytes;
  };
  for (const auto& row : {Row{"entries", {.entries = 4, .bytes = 1'000'000}, 1},
                          Row{"bytes", {.entries = 1000, .bytes = 4 * 1256}, 1000}}) {
    CAPTURE(row.name);
    ReplayMailbox mailbox(row.limits);
    mailbox.open(5, adapter);
    mailbox.open(6, adapter);
    CHECK(mailbox.put(part_of(5, 3, row.bytes)).answer.answer == Answer::accepted);
    CHECK(mailbox.put(part_of(5, 1, row.bytes)).answer.answer == Answer::slow_down);
    CHECK(mailbox.put(part_of(5, 4, row.bytes)).answer.answer == Answer::slow_down);
    auto put = mailbox.put(part_of(5, 1, row.bytes));
    CHECK(put.answer.answer == Answer::refused);
    CHECK(put.answer.error.code == ErrorCode::overloaded);
    CHECK(mailbox.put(part_of(6, 1, row.bytes)).answer.answer == Answer::accepted);
    CHECK_FALSE(mailbox.take(5, 5).has_room);
    CHECK(mailbox.take(5, 1).has_room == adapter);
    CHECK_FALSE(mailbox.take(5, 1).has_room);
  }
}

TEST_CASE("of many at once those that have room are taken") {
  ReplayMailbox mailbox({.entries = 4, .bytes = 1'000'000});
  mailbox.open(5, adapter);
  const auto put = mailbox.put(part_of(5, 20));
  CHECK(put.answer.answer == Answer::refused);
  CHECK(put.answer.index == 8);
  CHECK(mailbox.take(5, 100).part.entries.size() == 8);
}

TEST_CASE("what nobody waits for is refused, and whoever waits for room is told") {
  ReplayMailbox mailbox({.entries = 1, .bytes = 1'000'000});
  mailbox.open(5, adapter);
  CHECK_FALSE(mailbox.close(5));
  mailbox.open(7, adapter);
  std::ignore = mailbox.put(part_of(7, 1));
  CHECK(mailbox.close(7) == adapter);
  const auto put = mailbox.put(part_of(7, 1));
  CHECK(put.answer.answer == Answer::refused);
  CHECK(put.answer.error.code == ErrorCode::unavailable);
  CHECK_FALSE(put.is_news);
  CHECK(mailbox.take(7, 1).part.entries.empty());
  CHECK(mailbox.take_news() == std::vector<std::uint64_t>{7});  // it was, when it was put
}

}  // namespace weir::gateway::app
