#include "gateway/session/deliverer_replay.hpp"

#include "gateway/session/deliverer.hpp"
#include "tests/unit/gateway/session/session_fixture.hpp"
#include "tests/unit/gateway/topics/replay_source.hpp"

#include <doctest/doctest.h>

#include <string>

// Beyond the ring: what a client of `all` is sent that is behind it, each a short story.
namespace weir::gateway::session {
namespace {

using topics::ReplayEnd;

/// The stream a, whose source has it from 1 on. Here it begins with 101, and the ring has the
/// newest four.
struct Story {
  explicit Story(protocol::Offset head = 110, std::size_t replays_max = 16)
      : rig(options(replays_max), &source) {
    publish(101, head);
  }

  static HubOptions options(std::size_t replays_max) {
    auto options = Rig::with_ring(4);
    options.limits.replays = replays_max;
    return options;
  }

  void publish(protocol::Offset first, protocol::Offset last, const std::string& epoch = "e1") {
    for (auto offset = first; offset <= last; ++offset) {
      protocol::Publication entry;
      entry.topic = "a";
      entry.kind = protocol::Kind::stream;
      entry.payload.bytes = std::to_string(offset);
      entry.source_position = protocol::Position{epoch, offset};
      REQUIRE(rig.hub.accept(std::move(entry)));
    }
  }
  static std::string resume(protocol::Offset offset, const std::string& more = {}) {
    return R"({"op":"subscribe","id":1,"filter":"a","delivery":"all","from":{"a":{"epoch":"e1","offset":)" +
           std::to_string(offset) + "}}" + more + "}";
  }
  void bring(protocol::Offset first, protocol::Offset last) {
    source.bring(source.last, first, last);
    rig.hub.on_replay(source.last);
  }
  void bring_gap(protocol::Offset offset) {
    source.bring_gap(source.last, offset);
    rig.hub.on_replay(source.last);
  }
  void end(ReplayEnd reason) {
    source.end(source.last, reason);
    rig.hub.on_replay(source.last);
  }
  /// "a 5=5", "a 6=6", ...
  static Words entries(protocol::Offset first, protocol::Offset last) {
    Words words;
    for (auto offset = first; offset <= last; ++offset) {
      words.push_back("a " + std::to_string(offset) + "=" + std::to_string(offset));
    }
    return words;
  }

  topics::ReplaySource source;
  Rig rig;
};

Words operator+(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST_CASE("who resumes behind the ring gets the rest from the source, and goes on in the ring") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(50));
  CHECK(client.pull() == Words{"ok 1"});
  CHECK(story.source.asked == Words{"a e1 50..110"});
  CHECK_FALSE(client.wants_flush);
  story.bring(51, 60);
  CHECK(client.wants_flush);
  CHECK(client.pull() == Words{"topic a @50"} + Story::entries(51, 60));
  story.bring(61, 108);
  CHECK(client.pull() == Story::entries(61, 110) + Words{"ready a"});
  CHECK(story.source.open.empty());
  story.publish(111, 111);
  CHECK(client.pull() == Story::entries(111, 111));
  CHECK(story.rig.hub.counters().gaps_total == 0);
}

TEST_CASE("from nothing at all everything comes that the source has") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","from":{}})");
  (void)client.pull();
  CHECK(story.source.asked == Words{"a e1 0..110"});
  story.bring_gap(40);
  story.bring(41, 106);
  CHECK(client.pull() ==
        Words{"topic a @0", "gap a 0..40 truncated"} + Story::entries(41, 110) + Words{"ready a"});
}

TEST_CASE("what the source cannot bring is inside a gap, to where the ring begins") {
  for (const auto reason : {ReplayEnd::failed, ReplayEnd::complete}) {
    CAPTURE(static_cast<int>(reason));
    Story story;
    TestClient client(story.rig.hub, story.rig.rights);
    client.say(Story::resume(50));
    (void)client.pull();
    story.bring(51, 60);
    (void)client.pull();
    // All that it has, but not what the log has a later entry of: then it is not the same source.
    story.end(reason);
    CHECK(client.pull() ==
          Words{"gap a 60..106 truncated"} + Story::entries(107, 110) + Words{"ready a"});
  }
}

TEST_CASE("a source that does not answer has failed after a while") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(50));
  (void)client.pull();
  const auto deadline = story.rig.hub.replay_deadline();
  REQUIRE(deadline);
  CHECK(*deadline == story.rig.now.steady + std::chrono::seconds(10));
  story.rig.pass(10'000);
  CHECK(client.wants_flush);
  CHECK(client.pull() == Words{"topic a @50", "gap a 50..106 truncated"} +
                             Story::entries(107, 110) + Words{"ready a"});
}

TEST_CASE("a client that was too slow gets what it missed from the source instead of a gap") {
  Story story(101);
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","on_overflow":"close"})");
  CHECK(client.pull() == Words{"ok 1", "topic a @101", "ready a"});
  story.publish(102, 110);
  CHECK(client.pull().empty());
  CHECK(story.source.asked == Words{"a e1 101..110"});
  story.bring(102, 107);
  CHECK(client.pull() == Story::entries(102, 110));
  CHECK_FALSE(client.closed);

  story.publish(111, 120);
  CHECK(client.pull().empty());
  story.end(ReplayEnd::failed);
  CHECK(client.pull().empty());
  CHECK(client.closed == protocol::CloseReason::slow_consumer);
}

TEST_CASE("where that fails, the gap is that of a client that was too slow") {
  Story story(101);
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a"})");
  (void)client.pull();
  story.publish(102, 110);
  story.source.can_start = false;
  CHECK(client.pull() == Words{"gap a 101..108 overflow 7"} + Story::entries(109, 110));
}

TEST_CASE(
    "more history than the ring has comes from the source; less than was asked for is no gap") {
  struct Row {
    const char* name;
    void (*answer)(Story& story);
    Words words;
  };
  const std::vector<Row> rows{
      {"all of it",
       [](Story& story) { story.bring(97, 106); },
       Words{"topic a @96"} + Story::entries(97, 110)},
      {"what is left of it",
       [](Story& story) {
         story.bring_gap(102);
         story.bring(103, 106);
       },
       Words{"topic a @102"} + Story::entries(103, 110)},
      {"nothing of it",
       [](Story& story) { story.end(ReplayEnd::failed); },
       Words{"topic a @106"} + Story::entries(107, 110)},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Story story;
    TestClient client(story.rig.hub, story.rig.rights);
    client.say(R"({"op":"subscribe","id":1,"filter":"a","history":14})");
    CHECK(client.pull() == Words{"ok 1"});
    CHECK(story.source.asked == Words{"a e1 96..110"});
    row.answer(story);
    CHECK(client.pull() == row.words + Words{"ready a"});
  }
}

TEST_CASE("a ring that runs away meanwhile is followed with another replay") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(100));
  (void)client.pull();
  story.bring(101, 103);
  (void)client.pull();
  story.publish(111, 120);
  story.bring(104, 110);
  story.end(ReplayEnd::complete);
  CHECK(client.pull() == Story::entries(104, 110) + Words{"ready a"});
  CHECK(story.source.asked == Words{"a e1 100..110", "a e1 110..120"});
  story.bring(111, 116);
  CHECK(client.pull() == Story::entries(111, 120));
}

TEST_CASE("one that was paused for others asks again from where it has come to") {
  Story story(110, 1);
  auto& [source, rig] = story;
  TestClient first(rig.hub, rig.rights);
  TestClient second(rig.hub, rig.rights);
  first.say(Story::resume(50));
  (void)first.pull();
  const auto id = source.last;
  second.say(Story::resume(60));
  (void)second.pull();
  source.bring(id, 51, 55);
  rig.hub.on_replay(id);
  rig.pass(1000);
  CHECK(source.asked == Words{"a e1 50..110", "a e1 60..110"});
  CHECK(first.pull() == Words{"topic a @50"} + Story::entries(51, 55));
  source.bring(source.last, 61, 106);
  rig.hub.on_replay(source.last);
  CHECK(second.pull() == Words{"topic a @60"} + Story::entries(61, 110) + Words{"ready a"});
  CHECK(source.asked.back() == "a e1 55..110");
  source.bring(source.last, 56, 106);
  rig.hub.on_replay(source.last);
  CHECK(first.pull() == Story::entries(56, 110) + Words{"ready a"});
}

TEST_CASE("a new life of the topic ends the replay of the old one") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(50));
  (void)client.pull();
  story.publish(3, 4, "e2");
  story.rig.pass(0);
  CHECK(client.pull() ==
        Words{"topic a @2", "gap a ..2 epoch"} + Story::entries(3, 4) + Words{"ready a"});
  CHECK(story.source.open.empty());
}

TEST_CASE("who has seen more than this gateway waits for it, if the source has it") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(115));
  CHECK(client.pull() == Words{"ok 1"});
  CHECK(story.source.asked == Words{"a e1 114..115"});
  story.bring(115, 115);
  CHECK(client.pull() == Words{"topic a @115", "ready a"});
  CHECK(story.source.open.empty());
  story.publish(111, 114);
  CHECK(client.pull().empty());
  story.publish(115, 117);
  CHECK(client.pull() == Story::entries(116, 117));
}

TEST_CASE("a position that even the source has not come to is another log's") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(115));
  (void)client.pull();
  story.end(ReplayEnd::failed);
  CHECK(client.pull() ==
        Words{"topic a @106", "gap a ..106 future"} + Story::entries(107, 110) + Words{"ready a"});
}

TEST_CASE("who has seen more than this gateway is not kept waiting when that has caught up") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(112));
  (void)client.pull();
  story.publish(111, 113);
  story.end(ReplayEnd::failed);
  CHECK(client.pull() == Words{"topic a @112"} + Story::entries(113, 113) + Words{"ready a"});
}

TEST_CASE("a gateway that has caught up by far asks anew, from where the client is") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(112));
  (void)client.pull();
  story.publish(111, 120);
  story.bring(112, 112);
  CHECK(client.pull().empty());
  CHECK(story.source.asked.back() == "a e1 112..120");
  story.bring(113, 116);
  CHECK(client.pull() == Words{"topic a @112"} + Story::entries(113, 120) + Words{"ready a"});
}

TEST_CASE("who wants only the newest by then is not kept waiting") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(50));
  client.say(R"({"op":"subscribe","id":2,"filter":"+","delivery":"latest"})");
  CHECK(client.pull() == Words{"ok 1", "ok 2"});
  client.say(R"({"op":"unsubscribe","id":3,"filter":"a"})");
  CHECK(client.pull() == Words{"ok 3", "topic a @50", "a 110=110", "ready +"});
  CHECK(story.source.open.empty());
}

TEST_CASE("a client that goes, or wants it no longer, ends its replay") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(50));
  (void)client.pull();
  CHECK(story.source.open.size() == 1);
  client.say(R"({"op":"unsubscribe","id":2,"filter":"a"})");
  CHECK(story.source.open.empty());
  TestClient other(story.rig.hub, story.rig.rights);
  other.say(Story::resume(60));
  (void)other.pull();
  CHECK(story.source.open.size() == 1);
  other.leave();
  CHECK(story.source.open.empty());
}

TEST_CASE("a replay keeps to the budget of a write, and takes no more than it sends") {
  Story story;
  TestClient client(story.rig.hub, story.rig.rights);
  client.say(Story::resume(30));
  (void)client.pull();
  story.bring(31, 106);
  const auto words = client.pull(100);
  CHECK(words.size() < 6);
  CHECK(words.front() == "topic a @30");
  // One batch was taken; the rest waits where the source is asked to slow down.
  CHECK(story.source.open.at(story.source.last).entries.size() ==
        76 - topics::Replays::batch_entries);
}

TEST_CASE(
    "who is behind the ring, wants every entry and has a source that keeps them needs a replay") {
  Story story;
  story.rig.hub.visit_topics("a", [](topics::Topic& topic) {
    topics::Cell cell;
    cell.topic = &topic;
    cell.options.delivery = protocol::Delivery::all;
    cell.start = topics::CellStart::running;
    cell.cursor = topic.log().cursor_at(50);
    CHECK(needs_replay(cell));
    cell.options.delivery = protocol::Delivery::latest;
    CHECK_FALSE(needs_replay(cell));
    cell.options.delivery = protocol::Delivery::all;
    cell.cursor = topic.log().head();
    CHECK_FALSE(needs_replay(cell));
  });
}

}  // namespace weir::gateway::session
