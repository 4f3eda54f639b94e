// How feeders introduce themselves, and what they are told from then on.
#include "adapters/tcp/feed_session.hpp"
#include "tests/unit/adapters/tcp/feed_session_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace weir::adapters::tcp {
namespace {

using abi::Answer;
using abi::PublishAnswer;

constexpr const char* secret = "fedcba9876543210";

/// A feed that asks who feeders are.
struct GuardedFixture : SessionFixture {
  std::vector<Feeder> feeders{{"prices", digest_of(secret), {"quotes/#"}},
                              {"others", digest_of("0123456789abcdef"), {}}};
  std::unique_ptr<FeedSession> guarded;

  GuardedFixture() {
    shared.rules.feeders = feeders;
    shared.rules.line_bytes_max = FeedSession::greeting_bytes_max + 1000;
    guarded = std::make_unique<FeedSession>(2, "stranger", shared);
  }
  /// What comes back.
  std::string say(std::string_view bytes) {
    while (!bytes.empty()) {
      REQUIRE(guarded->wants_read());
      const auto space = guarded->prepare();
      const std::size_t size = std::min(space.size(), bytes.size());
      std::memcpy(space.data(), bytes.data(), size);
      guarded->on_read(size);
      bytes.remove_prefix(size);
    }
    std::string out;
    guarded->take_output(out);
    guarded->on_written();
    return out;
  }
  static std::string greeting(const std::string& auth) { return R"({"auth":")" + auth + "\"}\n"; }
};

}  // namespace

TEST_CASE_FIXTURE(SessionFixture, "a greeting is answered with what the feeder may do") {
  feed("\n{\"hello\":\"quotes-1\"}\n{\"topic\":\"a\",\"data\":1}\n");
  CHECK(written() == "{\"hello\":{\"window\":16384,\"line_bytes\":2000,\"heartbeat_ms\":15000}}\n");
  CHECK(port.take_items().size() == 1);
  CHECK(session.has_name());
  feed("{\"hello\":true}\n");
  CHECK(written().find("belong into the first line") != std::string::npos);
  CHECK(session.is_admitted());
}

TEST_CASE_FIXTURE(SessionFixture, "who has greeted is told of pauses, others see TCP's only") {
  for (const bool greets : {false, true}) {
    FeedSession feeder(3, "feeder", shared);
    const std::string lines = (greets ? "{\"hello\":true}\n" : "") + numbered(1);
    port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
    std::memcpy(feeder.prepare().data(), lines.data(), lines.size());
    feeder.on_read(lines.size());
    CHECK_FALSE(feeder.wants_read());
    port.answer_with({});
    feeder.resume();
    feeder.resume();
    std::string out;
    feeder.take_output(out);
    CHECK(out.ends_with("{\"pause\":true}\n{\"resume\":true}\n") == greets);
    CHECK(out.empty() != greets);
    CHECK(feeder.wants_read());
  }
}

TEST_CASE_FIXTURE(SessionFixture, "heartbeats go where nothing else was said, and are asked for") {
  shared.rules.heartbeat = std::chrono::seconds(10);
  TimePoint now{std::chrono::hours(1)};
  const auto after = [&](int seconds) {
    now += std::chrono::seconds(seconds);
    return session.beat(now);
  };
  CHECK(after(100));  // it has not greeted
  CHECK_FALSE(session.has_output());
  feed("{\"hello\":true}\n");
  CHECK(written().starts_with("{\"hello\":"));
  CHECK(after(0));
  CHECK(after(9));
  CHECK_FALSE(session.has_output());
  CHECK(after(1));
  CHECK(written() == "{\"heartbeat\":true}\n");
  feed("\n");  // a blank line will do
  CHECK(after(5));
  CHECK(after(19));
  CHECK_FALSE(after(1));
  CHECK(functions.counters().at("silent_feeders") == 1);
}

TEST_CASE_FIXTURE(SessionFixture, "who is not read from is not called silent") {
  feed("{\"hello\":true}\n");
  CHECK(written().starts_with("{\"hello\":"));
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  feed(numbered(1));
  TimePoint now{std::chrono::hours(1)};
  for (int i = 0; i < 100; ++i) CHECK(session.beat(now += std::chrono::seconds(10)));
  port.answer_with({});
  session.resume();
  CHECK(session.beat(now += std::chrono::seconds(29)));
  CHECK_FALSE(session.beat(now += std::chrono::seconds(1)));
}

TEST_CASE_FIXTURE(GuardedFixture, "the right secret opens the feed, for the topics of its feeder") {
  CHECK_FALSE(guarded->is_admitted());
  CHECK_FALSE(guarded->send(abi::replace_entry("a", "1"), 1));
  CHECK(say(greeting(secret)).starts_with("{\"hello\":"));
  CHECK(guarded->is_admitted());
  const std::string long_line =
      R"({"topic":"quotes/A","data":1)" + std::string(FeedSession::greeting_bytes_max, ' ') + "}\n";
  CHECK(say(long_line).empty());
  CHECK(
      say("{\"topic\":\"quotes/"
          "A\",\"fields\":{\"x\":1}}\n{\"topic\":\"chat\",\"fields\":{\"y\":2},\"id\":"
          "4}\n{\"topic\":\"quotes/B\",\"fields\":{\"z\":3}}\n") ==
      "{\"nack\":4,\"error\":{\"code\":\"forbidden\",\"message\":\"this feeder may not publish to "
      "this topic\",\"retry\":false}}\n");
  const auto items = port.take_items();
  REQUIRE(items.size() == 3);
  CHECK(items[2].publication.topic == "quotes/B");
  REQUIRE(items[2].publication.fields.size() == 1);
  CHECK(items[2].publication.fields[0].name == "z");
  CHECK(guarded->describe().starts_with("stranger (prices), 5 lines (1 bad), "));
}

TEST_CASE_FIXTURE(GuardedFixture, "anything else as its first line ends it, told once") {
  for (const std::string& line : {greeting("fedcba9876543211"),
                                  greeting(""),
                                  std::string("{\"hello\":true}\n"),
                                  std::string("{\"topic\":\"quotes/A\",\"data\":1}\n"),
                                  std::string("{\"ack\":1}\n"),
                                  std::string("GET / HTTP/1.1\n"),
                                  std::string(FeedSession::greeting_bytes_max + 1, 'x')}) {
    CAPTURE(line);
    guarded = std::make_unique<FeedSession>(2, "stranger", shared);
    const std::string out = say(line + greeting(secret) + numbered(3));
    CHECK(out.starts_with("{\"error\":{\"code\":\"bad_token\""));
    CHECK(std::count(out.begin(), out.end(), '\n') == 1);
    CHECK(out.find(secret) == std::string::npos);
    CHECK(guarded->is_refused());
    CHECK_FALSE(guarded->is_admitted());
    CHECK(guarded->is_finished());
    CHECK(guarded->wants_read());  // and drops it
    CHECK(say(std::string(100'000, 'x')).empty());
  }
  CHECK(port.take_items().empty());
  CHECK(functions.counters().at("auth_failures") == 7);
  const auto logs = port.reports<abi::LogReport>();
  REQUIRE(logs.size() == 1);  // the others of this tick are counted only
  CHECK(logs[0].text == "stranger is refused: no feeder has this secret");
}

TEST_CASE_FIXTURE(GuardedFixture, "a feeder that comes again is known by its name and its secret") {
  const auto named = [&](const std::string& name, std::uint32_t id) {
    auto feeder = std::make_unique<FeedSession>(id, "feeder", shared);
    const std::string line =
        R"({"auth":")" + std::string(secret) + R"(","hello":")" + name + "\"}\n";
    std::memcpy(feeder->prepare().data(), line.data(), line.size());
    feeder->on_read(line.size());
    return feeder;
  };
  const auto first = named("quotes-1", 5);
  CHECK(named("quotes-1", 6)->is_same_feeder(*first));
  CHECK_FALSE(named("quotes-2", 7)->is_same_feeder(*first));
  FeedSession other(8, "feeder", shared);
  const std::string line = R"({"auth":"0123456789abcdef","hello":"quotes-1"})"
                           "\n";
  std::memcpy(other.prepare().data(), line.data(), line.size());
  other.on_read(line.size());
  REQUIRE(other.is_admitted());
  CHECK_FALSE(other.is_same_feeder(*first));
  CHECK_FALSE(session.is_same_feeder(session));  // it has no name
}

}  // namespace weir::adapters::tcp
