#include "gateway/app/event_stream.hpp"

#include "tests/unit/gateway/app/client_fixture.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

/// A client of events whose connection does nothing but remember.
struct Follower final : session::ConnectionPort {
  Follower(ClientFixture& fixture, std::string query, std::vector<http::Header> headers = {})
      : f(fixture),
        stream(std::make_unique<EventStream>(
            ClientFixture::request("GET", "/v1/events?" + query, std::move(headers)),
            *this,
            f.context(),
            f.rig.hub.now())) {}

  void request_flush() override { wants_flush = true; }
  void request_close(protocol::CloseReason reason) override { closed = reason; }
  void note_response(unsigned status) override { statuses.push_back(status); }

  /// All that one write has.
  std::string pull() {
    wants_flush = false;
    WriteBatch batch;
    stream->pull(65'536, batch, f.rig.hub.now());
    std::string bytes;
    for (const auto& block : batch.blocks) bytes += block.view();
    return bytes;
  }
  /// The same without the head of the response.
  std::string pull_events() {
    const auto bytes = pull();
    const auto end = bytes.find("\r\n\r\n");
    return end == std::string::npos ? bytes : bytes.substr(end + 4);
  }

  ClientFixture& f;
  bool wants_flush = false;
  std::optional<protocol::CloseReason> closed;
  std::vector<unsigned> statuses;
  std::unique_ptr<EventStream> stream;
};

}  // namespace

TEST_CASE("a stream has a head, then what a WebSocket would be told, as events") {
  ClientFixture f;
  f.rig.publish("a", "1");
  Follower follower(f, "filter=a");
  const auto bytes = follower.pull();
  CHECK(bytes.starts_with("HTTP/1.1 200 OK\r\nConnection: close\r\nDate: "));
  for (const char* header : {"Content-Type: text/event-stream\r\n",
                             "Cache-Control: no-store\r\n",
                             "X-Accel-Buffering: no\r\n",
                             "Vary: Origin\r\n"}) {
    CAPTURE(header);
    CHECK(bytes.find(header) != std::string::npos);
  }
  CHECK(bytes.find("Content-Length") == std::string::npos);
  CHECK(follower.statuses == std::vector<unsigned>{200});
  std::string epoch;
  f.rig.hub.visit_topics("a", [&](const auto& topic) { epoch = topic.log().epoch(); });
  CHECK(bytes.ends_with("\r\n\r\nid: " + epoch +
                        ":0\ndata: {\"op\":\"topic\",\"t\":1,"
                        "\"topic\":\"a\",\"kind\":\"value\",\"epoch\":\"" +
                        epoch + "\",\"o\":0}\n\nid: " + epoch +
                        ":1\ndata: {\"t\":1,\"o\":1,\"d\":1,\"s\":true}\n\n"
                        "data: {\"op\":\"ready\",\"filter\":\"a\"}\n\n"));
  f.rig.publish("a", "2");
  CHECK(follower.wants_flush);
  CHECK(follower.pull() == "id: " + epoch + ":2\ndata: {\"t\":1,\"o\":2,\"d\":2}\n\n");
  CHECK(follower.pull().empty());
  CHECK(f.rig.hub.stats().sessions.sessions == 1);
}

TEST_CASE("events of a pattern have no ids, and share their frames with others of their kind") {
  ClientFixture f;
  f.rig.publish("a", "1");
  std::vector<std::unique_ptr<Follower>> followers;
  for (const char* query : {"filter=%23", "filter=%2B", "filter=a", "filter=a"}) {
    followers.push_back(std::make_unique<Follower>(f, query));
    (void)followers.back()->pull();
  }
  const auto before = f.rig.hub.counters().frames_encoded_total;
  f.rig.publish("a", "2");
  CHECK(followers[0]->pull() == "data: {\"t\":1,\"o\":2,\"d\":2}\n\n");
  CHECK(followers[1]->pull() == "data: {\"t\":1,\"o\":2,\"d\":2}\n\n");
  CHECK(followers[2]->pull().starts_with("id: "));
  CHECK(followers[3]->pull().starts_with("id: "));
  CHECK(f.rig.hub.counters().frames_encoded_total == before + 2);
}

TEST_CASE("a client that comes back goes on where it was, or learns of its gap") {
  session::HubOptions options = session::Rig::with_ring(2);
  ClientFixture f(options);
  f.rig.publish("a", "1", 2);
  Follower follower(f, "filter=a&delivery=all&history=1");
  const auto seen = follower.pull_events();
  const auto last = seen.rfind("id: ");
  const auto id = seen.substr(last + 4, seen.find('\n', last) - last - 4);
  CHECK(id.ends_with(":2"));
  f.rig.publish("a", "3");
  Follower back(f, "filter=a&delivery=all", {{"Last-Event-ID", id}});
  const auto more = back.pull_events();
  CHECK(more.find(R"("o":3,"d":3})") != std::string::npos);
  CHECK(more.find(R"("o":2,"d")") == std::string::npos);
  CHECK(more.find("gap") == std::string::npos);
  f.rig.publish("a", "4", 4);
  Follower late(f, "filter=a&delivery=all", {{"Last-Event-ID", id}});
  const auto gap = late.pull_events();
  CHECK(gap.find(R"("op":"gap","t":1,"from":2,"to":5,"cause":"truncated","lost":3)") !=
        std::string::npos);
}

TEST_CASE("until its gap is told, a position of another life stays the client's own") {
  ClientFixture f;
  f.rig.publish("a", "1");
  Follower follower(f, "filter=a&delivery=all", {{"Last-Event-ID", "other:7"}});
  const auto events = follower.pull_events();
  CHECK(events.starts_with("data: {\"op\":\"topic\""));
  const auto gap = events.find("data: {\"op\":\"gap\"");
  REQUIRE(gap != std::string::npos);
  CHECK(events.substr(0, gap).find("id: ") < gap);
  CHECK(events.find("\"cause\":\"epoch\"") != std::string::npos);
}

TEST_CASE("a record's events have an id where the client has its state") {
  ClientFixture f;
  protocol::Publication publication;
  publication.topic = "r";
  publication.operation = protocol::Operation::update;
  publication.fields = {{"x", "1"}};
  REQUIRE(f.rig.hub.accept(std::move(publication)));
  Follower follower(f, "filter=r");
  const auto events = follower.pull_events();
  CHECK(events.starts_with("data: {\"op\":\"topic\""));
  const auto id = events.find("\n\nid: ");
  REQUIRE(id != std::string::npos);
  CHECK(events.find(":1\ndata: {\"t\":1,\"o\":1,", id) != std::string::npos);
}

TEST_CASE("what cannot be had is refused with a status before anything was sent") {
  struct Row {
    std::string query;
    std::vector<http::Header> headers;
    unsigned status;
  };
  const std::vector<Row> rows{
      {"", {}, 400},
      {"filter=a//b", {}, 400},
      {"filter=a&max_rate=x", {}, 400},
      {"filter=a&delivery=all&fields=b", {}, 400},
      {"filter=a&heartbeat_ms=1", {}, 400},
      {"filter=a&filter=forbidden", {}, 403},
      {"filter=a", {{"Authorization", "Bearer x"}}, 401},
      {"filter=a", {{"Origin", "http://evil.example.com"}}, 403},
      {"filter=a", {{"Last-Event-ID", "x"}}, 400},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CAPTURE(row.status);
    ClientFixture f;
    Follower follower(f, row.query, row.headers);
    CHECK(follower.wants_flush);
    const auto bytes = follower.pull();
    CHECK(bytes.starts_with("HTTP/1.1 " + std::to_string(row.status) + " "));
    CHECK(bytes.find(R"({"ok":false,"error":{)") != std::string::npos);
    CHECK(bytes.find("Connection: close") != std::string::npos);
    CHECK(follower.closed == protocol::CloseReason::normal);
    CHECK(follower.statuses == std::vector{row.status});
    f.rig.publish("a", "1");
    CHECK(follower.pull().empty());
  }
  ClientFixture closed({}, false);
  Follower anonymous(closed, "filter=a");
  CHECK(anonymous.pull().starts_with("HTTP/1.1 401 "));
}

TEST_CASE("nothing is sent before all shards have answered for all filters") {
  session::HubOptions options;
  options.shards = 2;
  ClientFixture f(options);
  Follower follower(f, "filter=a&filter=b");
  CHECK(follower.pull().empty());
  f.rig.hub.end_turn();
  for (auto& [to, message] : std::exchange(f.rig.links.sent, {})) {
    const auto* follow = std::get_if<topics::Follow>(&message);
    if (follow == nullptr) continue;
    CHECK(follower.pull().empty());
    f.rig.hub.on_link(to, topics::Followed{follow->filter, follow->generation});
  }
  CHECK(follower.wants_flush);
  CHECK(follower.pull().starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE("a client of events is never dead by silence, and hears a comment now and then") {
  ClientFixture f;
  Follower follower(f, "filter=a&heartbeat_ms=1000");
  (void)follower.pull();
  int comments = 0;
  for (int i = 0; i < 100; ++i) {
    f.rig.pass(100);
    const auto deadline = follower.stream->deadline();
    if (deadline && *deadline <= f.rig.now.steady) follower.stream->on_deadline(f.rig.now);
    if (follower.pull() == ":\n\n") ++comments;
  }
  CHECK(comments >= 9);
  CHECK_FALSE(follower.closed);
}

TEST_CASE("limits and ceilings hold for a stream as for any session") {
  ClientFixture f;
  f.config.listen[0].max_messages_per_s = 1;
  Follower follower(f, "filter=a&delivery=all");
  (void)follower.pull();
  f.rig.publish("a", "1", 20);
  const auto before = f.rig.hub.counters().deliveries_total;
  (void)follower.pull();
  CHECK(f.rig.hub.counters().deliveries_total - before <= 2);
}

TEST_CASE("a goodbye is an event that says when to come back") {
  ClientFixture f;
  Follower follower(f, "filter=a");
  (void)follower.pull();
  f.rig.hub.close_sessions(protocol::CloseReason::restart, milliseconds(0));
  CHECK(follower.closed == protocol::CloseReason::restart);
  CHECK(follower.pull().starts_with("retry: 500\ndata: {\"op\":\"goodbye\""));
}

}  // namespace weir::gateway::app
