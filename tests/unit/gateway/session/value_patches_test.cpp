#include "gateway/session/value_patches.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace weir::gateway::session {
namespace {

constexpr const char* about = R"(,"about":"a text that is long enough to be worth keeping"})";

std::string quote(const std::string& bid) {
  return R"({"bid":)" + bid + about;
}

struct Rig {
  explicit Rig(std::size_t bytes_max = 100'000) : patches(bytes_max) {}

  void append(const std::string& json) { topic.append(topics::next_entry(topic.log(), json)); }
  void append(protocol::Entry entry) {
    entry.prev = topic.log().head().offset;
    entry.offset = entry.index = entry.prev + 1;
    topic.append(std::make_shared<const protocol::Entry>(std::move(entry)));
  }
  SharedBytes newest_on(protocol::Offset base) {
    return patches.find_or_make(topic, base, *topic.log().state());
  }

  topics::TopicRule rule;
  topics::Topic topic{
      "a",
      3,
      topics::TopicLog(protocol::Kind::value, "e1", {.entries = 4, .bytes = SIZE_MAX}),
      rule};
  ValuePatchCache patches;
};

}  // namespace

TEST_CASE("a patch is made once, and all refer to the same bytes") {
  Rig rig;
  rig.append(quote("1"));
  rig.append(quote("2"));
  rig.append(quote("3"));
  const auto patch = rig.newest_on(1);
  CHECK(patch.view() == R"([{"op":"replace","path":"/bid","value":3}])");
  CHECK(rig.newest_on(1).view().data() == patch.view().data());
  CHECK(rig.newest_on(2).view().data() != patch.view().data());
}

TEST_CASE("that there is none is remembered as well") {
  Rig rig;
  rig.append(R"("a text that has nothing in common with the other one")");
  rig.append(R"("and here is the other one, which is about as long")");
  CHECK(rig.newest_on(1).empty());
  const auto held = rig.patches.held_bytes();
  CHECK(held > 0);
  CHECK(rig.newest_on(1).empty());
  CHECK(rig.patches.held_bytes() == held);
}

TEST_CASE("there is none of what has fallen off the ring, was never there, or is no JSON") {
  Rig rig;
  for (const char* bid : {"1", "2", "3", "4", "5"}) rig.append(quote(bid));
  CHECK(rig.newest_on(1).empty());
  CHECK_FALSE(rig.newest_on(2).empty());
  protocol::Entry bytes;
  bytes.payload = {protocol::PayloadFormat::bytes, quote("6")};
  rig.append(bytes);
  CHECK(rig.newest_on(5).empty());
  rig.append(quote("7"));
  CHECK(rig.newest_on(6).empty());
  CHECK_FALSE(rig.newest_on(5).empty());
  CHECK(rig.newest_on(99).empty());
}

TEST_CASE("JSON that stands for bytes is sent whole, from it and to it") {
  Rig rig;
  const auto bytes = [](char c) { return R"({"b64":")" + std::string(200, c) + "\"}"; };
  rig.append(bytes('A'));
  rig.append(bytes('B'));
  CHECK(rig.newest_on(1).empty());
  const auto more = [](char c) { return R"({"b64":")" + std::string(200, 'A') + R"(","c":)" + c; };
  rig.append(more('1') + "}");
  CHECK(rig.newest_on(1).empty());
  rig.append(more('2') + "}");
  CHECK_FALSE(rig.newest_on(3).empty());
}

TEST_CASE("a turn that has compared much sends the rest whole, and the next goes on") {
  Rig rig;
  const auto large = [](char c) {
    return R"({"bid":)" + std::string(1, c) + R"(,"about":")" +
           std::string(ValuePatchCache::compared_bytes_max / 4, '.') + "\"}";
  };
  for (const char c : {'1', '2', '3', '4'}) rig.append(large(c));
  CHECK_FALSE(rig.newest_on(1).empty());
  CHECK_FALSE(rig.newest_on(2).empty());
  CHECK(rig.newest_on(3).empty());
  CHECK_FALSE(rig.newest_on(1).empty());  // made before
  rig.patches.begin_turn();
  CHECK_FALSE(rig.newest_on(3).empty());
}

TEST_CASE("no more is held than the budget") {
  Rig rig(400);
  for (int bid = 1; bid < 20; ++bid) {
    rig.append(quote(std::to_string(bid)));
    CHECK(rig.newest_on(static_cast<protocol::Offset>(bid) - 1).empty() == (bid == 1));
    CHECK(rig.patches.held_bytes() <= 400);
  }
}

}  // namespace weir::gateway::session
