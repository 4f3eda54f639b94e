#include "gateway/session/state_frames.hpp"

#include "protocol/native/json_codec.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace weir::gateway::session {
namespace {

struct Rig {
  void update(std::string field, std::string json) {
    auto entry = std::make_shared<protocol::Entry>();
    entry->prev = topic.log().head().offset;
    entry->offset = entry->prev + 1;
    entry->index = entry->offset;
    entry->operation = protocol::Operation::update;
    entry->fields = {{std::move(field), std::move(json)}};
    topic.append(std::move(entry));
  }
  StateFrames pull(protocol::Offset cursor,
                   bool is_whole,
                   const topics::FieldSet* fields = nullptr) {
    return states.pull(topic,
                       {topics::TablePull{cursor, 0, 0, is_whole}, fields, 16 * 1024},
                       {is_whole, false, std::nullopt},
                       protocol::native::json_codec());
  }

  topics::TopicRule rule;
  topics::Topic topic{"a", 3, topics::TopicLog(protocol::Kind::record, "e1", {}), rule};
  SessionCounters counters;
  FrameCache frames{10'000, counters};
  StateFrameCache states{10'000, frames, counters};
};

}  // namespace

TEST_CASE("the state of a record is encoded once for all at one cursor") {
  Rig rig;
  rig.update("bid", "1");
  rig.update("ask", "2");
  const auto whole = rig.pull(0, true).frames;
  CHECK(whole.bytes.view().find("\"s\":true") != std::string_view::npos);
  CHECK(rig.pull(0, true).frames.bytes.view().data() == whole.bytes.view().data());
  const auto change = rig.pull(1, false).frames;
  CHECK(change.bytes.view().find("\"b\":1") != std::string_view::npos);
  CHECK(change.bytes.view().find("\"bid\"") == std::string_view::npos);
  rig.update("bid", "3");
  CHECK(rig.pull(1, false).frames.bytes.view() != change.bytes.view());
}

TEST_CASE("who wants other fields than those that changed gets nothing") {
  Rig rig;
  rig.update("bid", "1");
  rig.update("ask", "2");
  topics::FieldSets sets;
  const auto bid = sets.intern({"bid"});
  CHECK_FALSE(static_cast<bool>(rig.pull(1, false, bid.get()).frames.bytes));
  CHECK(static_cast<bool>(rig.pull(0, true, bid.get()).frames.bytes));
}

}  // namespace weir::gateway::session
