#include "gateway/session/deliverer.hpp"

#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

// What one session is sent when, each a short story. tests/sim has the long ones.
namespace weir::gateway::session {
namespace {

constexpr const char* all = R"({"op":"subscribe","id":1,"filter":"a","delivery":"all"})";
constexpr const char* latest = R"({"op":"subscribe","id":1,"filter":"a"})";
constexpr const char* patches = R"({"op":"subscribe","id":1,"filter":"a","delta":"patch"})";

/// A value that is larger than a patch of it.
std::string quote(const std::string& bid) {
  return R"({"bid":)" + bid + R"(,"about":"a text that is long enough to be worth keeping"})";
}
std::string replaced(const std::string& bid) {
  return R"([{"op":"replace","path":"/bid","value":)" + bid + "}]";
}

}  // namespace

TEST_CASE("with latest, a slow client gets the newest value and how many it took the place of") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", "1");
  client.say(R"({"op":"subscribe","id":1,"filter":"a","counts":true})");
  CHECK(client.pull() == Words{"ok 1", "topic a @0", "a 1=1 s", "ready a"});
  rig.publish("a", "2");
  rig.publish("a", "3");
  rig.publish("a", "4");
  CHECK(client.wants_flush);
  CHECK(client.pull() == Words{"a 4=4 c2"});
  rig.source_gap("a");
  CHECK(client.pull().empty());
  rig.publish("a", "6");
  CHECK(client.pull() == Words{"a 6=6"});
}

TEST_CASE("with patches, a client gets what turns the value that it holds into the newest") {
  Rig rig(Rig::with_ring(4));
  TestClient client(rig.hub, rig.rights);
  TestClient other(rig.hub, rig.rights);
  rig.publish("a", quote("1"));
  for (auto* one : {&client, &other}) {
    one->say(patches);
    CHECK(one->pull() == Words{"ok 1", "topic a @0", "a 1=" + quote("1") + " s", "ready a"});
  }
  rig.publish("a", quote("2"));
  CHECK(client.pull() == Words{"a 2 on 1 " + replaced("2")});
  rig.publish("a", quote("3.10"));
  CHECK(client.pull() == Words{"a 3 on 2 " + replaced("3.10")});
  CHECK(other.pull() == Words{"a 3 on 1 " + replaced("3.10")});
  rig.source_gap("a");  // no news, and not what the client holds
  CHECK(client.pull().empty());
  rig.publish("a", quote("5"));
  CHECK(client.pull() == Words{"a 5 on 3 " + replaced("5")});
  rig.publish("a", "17");  // smaller than any patch
  CHECK(client.pull() == Words{"a 6=17"});
  rig.publish("a", quote("7"));  // of what is no object there is none
  CHECK(client.pull() == Words{"a 7=" + quote("7")});
  CHECK(other.pull() == Words{"a 7=" + quote("7")});  // 3 is no longer in the ring
  protocol::Publication removal;
  removal.topic = "a";
  removal.operation = protocol::Operation::remove;
  (void)rig.hub.accept(std::move(removal));
  CHECK(client.pull() == Words{"a 8 gone"});
  rig.publish("a", quote("9"));
  CHECK(client.pull() == Words{"a 9=" + quote("9")});
  rig.hub.reset("a");
  rig.publish("a", quote("10"));
  CHECK(client.pull() == Words{"topic a @0", "a 1=" + quote("10") + " s"});
}

TEST_CASE("no patch is made of a value that the client may not have kept") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", quote("1"));
  client.say(latest);
  (void)client.pull();
  client.say(patches);  // from here on
  (void)client.pull();
  rig.publish("a", quote("2"));
  CHECK(client.pull() == Words{"a 2=" + quote("2")});
  rig.publish("a", quote("3"));
  CHECK(client.pull() == Words{"a 3 on 2 " + replaced("3")});
  client.say(R"({"op":"subscribe","id":2,"filter":"+"})");  // wants it whole
  (void)client.pull();
  rig.publish("a", quote("4"));
  CHECK(client.pull() == Words{"a 4=" + quote("4")});
  client.say(R"({"op":"unsubscribe","id":3,"filter":"+"})");
  (void)client.pull();
  rig.publish("a", quote("5"));
  CHECK(client.pull() == Words{"a 5=" + quote("5")});
  rig.publish("a", quote("6"));
  CHECK(client.pull() == Words{"a 6 on 5 " + replaced("6")});
  TestClient late(rig.hub, rig.rights);
  late.say(R"({"op":"subscribe","id":1,"filter":"a","delta":"patch","snapshot":false})");
  CHECK(late.pull() == Words{"ok 1", "topic a @6", "ready a"});
  rig.publish("a", quote("7"));
  CHECK(late.pull() == Words{"a 7=" + quote("7")});
}

TEST_CASE("who resumes holds the value of the position that it names") {
  Rig rig;
  for (const char* bid : {"1", "2", "3"}) rig.publish("a", quote(bid));
  std::string epoch;
  rig.hub.visit_topics("a", [&](const topics::Topic& topic) { epoch = topic.log().epoch(); });
  const auto resume = [&](const std::string& epoch_held, int offset) {
    TestClient client(rig.hub, rig.rights);
    client.say(R"({"op":"subscribe","id":1,"filter":"a","delta":"patch","from":{"a":{"epoch":")" +
               epoch_held + R"(","offset":)" + std::to_string(offset) + "}}}");
    return client.pull().at(2);
  };
  CHECK(resume(epoch, 2) == "a 3 on 2 " + replaced("3"));
  CHECK(resume(epoch, 0) == "a 3=" + quote("3"));
  CHECK(resume("other", 2) == "a 3=" + quote("3") + " s");
  CHECK(resume(epoch, 9) == "a 3=" + quote("3") + " s");
}

TEST_CASE("with all, every entry comes, and what fell off the ring is told before the next") {
  Rig rig(Rig::with_ring(8));
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", "0");
  client.say(all);
  CHECK(client.pull() == Words{"ok 1", "topic a @1", "ready a"});
  rig.publish("a", "0", 8);
  CHECK(client.pull().size() == 8);
  rig.publish("a", "0", 9);  // one too many: on from the middle of the ring
  CHECK(client.pull() == Words{"gap a 9..14 overflow 5", "a 15=0", "a 16=0", "a 17=0", "a 18=0"});
}

TEST_CASE("a client that asked to be closed rather than to lose entries is closed") {
  Rig rig(Rig::with_ring(2));
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", "0");
  client.say(R"({"op":"subscribe","id":1,"filter":"a","delivery":"all","on_overflow":"close"})");
  (void)client.pull();
  rig.publish("a", "0", 3);
  CHECK(client.pull().empty());
  CHECK(client.closed == protocol::CloseReason::slow_consumer);
  CHECK(client.pull() == Words{"goodbye 4001"});
}

TEST_CASE("a source gap meets every cursor of all in its order, behind a snapshot too") {
  Rig rig;
  rig.publish("a", "1");
  rig.source_gap("a");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","delivery":"all","snapshot":true})");
  CHECK(client.pull() == Words{"ok 1", "topic a @0", "a 1=1 s", "gap a 1..2 source", "ready a"});
  rig.publish("a", "3");
  rig.source_gap("a");
  CHECK(client.pull() == Words{"a 3=3", "gap a 3..4 source"});
}

TEST_CASE("a new epoch is a new topic, and for all a gap without a beginning") {
  Rig rig;
  rig.publish("a", "1");
  TestClient every(rig.hub, rig.rights);
  TestClient newest(rig.hub, rig.rights);
  every.say(all);
  newest.say(latest);
  (void)every.pull();
  (void)newest.pull();
  rig.hub.reset("a");
  rig.publish("a", "2");
  CHECK(every.pull() == Words{"topic a @0", "gap a ..0 epoch", "a 1=2"});
  CHECK(newest.pull() == Words{"topic a @0", "a 1=2 s"});
}

TEST_CASE("a cell that was never served begins anew with a new epoch") {
  Rig rig;
  rig.publish("a", "1", 5);
  TestClient client(rig.hub, rig.rights);
  client.say(all);  // at 5 of an epoch that nobody will hear of
  rig.hub.reset("a");
  rig.publish("a", "2", 2);
  CHECK(client.pull() ==
        Words{"ok 1", "topic a @0", "gap a ..0 epoch", "a 1=2", "a 2=2", "ready a"});
}

TEST_CASE("topic names the position that was brought, and the gap goes on from there") {
  Rig rig(Rig::with_ring(4));
  rig.publish("a", "1", 10);
  const auto epoch = [&] {
    std::string found;
    rig.hub.visit_topics("a", [&](const topics::Topic& topic) { found = topic.log().epoch(); });
    return found;
  }();
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","delivery":"all","from":{"a":{"epoch":")" +
             epoch + R"(","offset":3}}})");
  CHECK(client.pull() == Words{"ok 1",
                               "topic a @3",
                               "gap a 3..6 truncated 3",
                               "a 7=1",
                               "a 8=1",
                               "a 9=1",
                               "a 10=1",
                               "ready a"});
}

TEST_CASE("a gap that is owed is of no use to latest, which goes on from the position") {
  Rig rig(Rig::with_ring(4));
  rig.publish("a", "1", 10);
  std::string epoch;
  rig.hub.visit_topics("a", [&](const topics::Topic& topic) { epoch = topic.log().epoch(); });
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","delivery":"all","from":{"a":{"epoch":")" +
             epoch + R"(","offset":3}}})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a","delivery":"latest"})");
  CHECK(client.pull() == Words{"ok 1", "ok 2", "topic a @3", "a 10=1", "ready a"});
}

TEST_CASE("a turn that had room for a gap only is not over") {
  Rig rig(Rig::with_ring(2));
  for (const char* topic : {"a", "b"}) rig.publish(topic, "0");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"+","delivery":"all"})");
  (void)client.pull();
  for (const char* topic : {"a", "b"}) rig.publish(topic, "1", 5);
  CHECK(client.pull(20) == Words{"gap a 1..5 overflow 4"});
  CHECK(client.pull(20) == Words{"a 6=1"});
}

TEST_CASE("staleness is told once, to who comes later too") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(latest);
  (void)client.pull();
  rig.hub.set_stale("#", true);
  CHECK(client.pull() == Words{"stale a"});
  CHECK(client.pull().empty());
  TestClient late(rig.hub, rig.rights);
  late.say(latest);
  CHECK(late.pull() == Words{"ok 1", "topic a @0", "stale a", "a 1=1 s", "ready a"});
  rig.hub.set_stale("#", false);
  CHECK(client.pull() == Words{"fresh a"});
}

TEST_CASE("a write keeps to its budget, and goes on where it ended") {
  Rig rig;
  rig.publish("a", "0");
  TestClient client(rig.hub, rig.rights);
  client.say(all);
  (void)client.pull();
  rig.publish("a", "\"" + std::string(100, '.') + "\"", 20);
  std::size_t deliveries = 0;
  while (true) {
    const auto words = client.pull(300);
    CHECK(client.pulled_bytes <= 300);
    if (words.empty()) break;
    deliveries += words.size();
    CHECK((client.wants_flush || deliveries == 20));
  }
  CHECK(deliveries == 20);
  rig.publish("a", "\"" + std::string(5000, '.') + "\"");
  CHECK(client.pull(300).size() == 1);  // larger than any write: alone
}

TEST_CASE("busy cells take turns of a quantum") {
  Rig rig(Rig::with_ring(1000));
  for (const char* topic : {"a", "b"}) rig.publish(topic, "0");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"+","delivery":"all"})");
  (void)client.pull();
  for (const char* topic : {"a", "b"}) rig.publish(topic, "\"" + std::string(480, '.') + "\"", 100);
  const auto words = client.pull();
  std::size_t turns = 1;
  std::size_t longest = 0;
  std::size_t length = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_new_turn = i > 0 && words[i][0] != words[i - 1][0];
    turns += is_new_turn ? 1 : 0;
    length = is_new_turn ? 1 : length + 1;
    longest = std::max(longest, length);
  }
  CHECK(turns >= 4);
  CHECK(longest <= 33);  // 16 KiB and one more
}

TEST_CASE("under a limit busy cells take turns one delivery at a time") {
  Rig rig;
  for (const char* topic : {"a", "b"}) rig.publish(topic, "0");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"+","delivery":"all"})");
  (void)client.pull();
  client.say(R"({"op":"limit","id":2,"messages_per_s":1})");
  for (const char* topic : {"a", "b"}) rig.publish(topic, "1", 3);
  Words words;
  for (int second = 0; second < 8; ++second) {
    for (const auto& word : client.pull()) words.push_back(word);
    rig.pass(1001);
  }
  CHECK(words == Words{"ok 2", "a 2=1", "b 2=1", "a 3=1", "b 3=1", "a 4=1", "b 4=1"});
}

TEST_CASE("what introduces a cell counts, and its delivery waits when the limit is used up") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"bytes_per_s":400})");
  (void)client.pull();
  rig.pass(10'000);
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  CHECK(client.pull() == Words{"ok 2", "topic a @0"});
  REQUIRE(client.session().deadline());
  rig.pass(1000);
  CHECK(client.pull() == Words{"a 1=1 s", "ready a"});
}

TEST_CASE("the window holds deliveries back until they are acknowledged, and control never") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"window_bytes":20})").say(latest);
  (void)client.pull();  // {"t":1,"o":1,"d":1,"s":true} is more than the window: alone
  rig.publish("a", "2");
  CHECK(client.pull().empty());
  client.say(R"({"op":"ping","id":2})");
  CHECK(client.pull() == Words{"ok 2"});
  client.say(R"({"op":"ack","bytes":1000})");
  CHECK(client.wants_flush);
  CHECK(client.pull() == Words{"a 2=2"});
}

TEST_CASE("a gate holds a cell back, and a changed rate moves it, waited for or not") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","max_rate":0.01})");
  (void)client.pull();
  // Nothing has come yet, so nothing waits for the gate, which is up to 100 s away.
  client.say(R"({"op":"limit","id":2,"filter":"a","max_rate":10})");
  (void)client.pull();
  rig.pass(101);
  rig.publish("a", "2");
  CHECK(client.pull() == Words{"a 2=2"});
  rig.publish("a", "3");
  CHECK(client.pull().empty());
  client.say(R"({"op":"limit","id":3,"filter":"a","max_rate":0})");
  CHECK(client.pull() == Words{"ok 3", "a 3=3"});
}

TEST_CASE("max_delay lets updates share a write: the first leaves at once") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"max_delay_ms":20})").say(latest);
  (void)client.pull();
  rig.pass(20);
  rig.publish("a", "2");
  CHECK(client.pull() == Words{"a 2=2"});
  rig.publish("a", "3");
  CHECK(client.pull().empty());
  rig.pass(20);
  CHECK(client.session().deadline() <= rig.now.steady);
  CHECK(client.pull() == Words{"a 3=3"});
}

}  // namespace weir::gateway::session
