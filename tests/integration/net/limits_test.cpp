// Limits, deadlines and ends of WebSockets on real sockets.
#include "tests/integration/net/client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace weir::tests::net {

TEST_CASE("an upgraded client talks to its endpoint, both ways") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws?token=x", "Origin: http://127.0.0.1\r\n");
  CHECK(fixture.targets.back() == "/ws?token=x weir.v1.json http://127.0.0.1 127.0.0.1");
  client.send(text("hello"));
  CHECK(fixture.until([&] { return !fixture.records.back()->messages.empty(); }));
  fixture.front_end->run_turn([&](gateway::Now) { fixture.endpoint().send("news", 3); });
  CHECK(client.hears({"text:news", "text:news", "text:news"}));
  CHECK(fixture.counters().writes == 1);  // one for all that was pending
  client.send(close_frame(1000));
  CHECK(client.until_over());
  CHECK_FALSE(client.was_reset);
  client.close();
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.records.back()->closed == std::vector{CloseReason::normal});
  CHECK(fixture.records.back()->endpoint == nullptr);
}

TEST_CASE("messages: the limit, and one past it") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  client.send(text(std::string(64 * 1024, 'x')));
  CHECK(fixture.until([&] { return fixture.records.back()->messages.size() == 1; }));
  client.send(frame({Opcode::text, false}, std::string(64 * 1024, 'x')) +
              frame({Opcode::continuation}, "x"));
  CHECK(client.hears({"close:1009:too_big"}));
  CHECK(fixture.records.back()->messages.size() == 1);
}

TEST_CASE("endless empty fragments end at the wire budget") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  std::string bytes = frame({Opcode::text, false}, "");
  for (int i = 0; i < 30'000; ++i) bytes += frame({Opcode::continuation, false}, "");
  client.send(bytes);
  CHECK(client.hears({"close:1008:policy"}));
  CHECK(fixture.limits(LimitHit::wire_bytes) == 1);
  CHECK(fixture.counters().received_bytes < 200'000);
}

TEST_CASE("control frames: the burst, and one past it") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  std::string pings;
  for (int i = 0; i < 40; ++i) pings += frame({Opcode::ping}, "");
  client.send(pings);
  CHECK(client.until([&] { return client.heard().size() == 40; }));
  client.send(pings);
  CHECK(client.until_over());
  CHECK(client.heard().back() == "close:1008:policy");
  CHECK(fixture.limits(LimitHit::control_frames_per_s) == 1);
}

TEST_CASE("a dripping message ends at its deadline") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.assembly_ms = 100; });
  Client client(fixture);
  client.upgrade("/ws");
  client.send(text("hello").substr(0, 7));
  CHECK(client.hears({"close:1008:policy"}));
  CHECK(fixture.limits(LimitHit::assembly_ms) == 1);
}

TEST_CASE("a deadline that an endpoint sets outside a call of its connection is met") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  fixture.run_for(20ms);
  fixture.front_end->run_turn(
      [&](gateway::Now now) { fixture.endpoint().wait_until(now.steady + 50ms); });
  CHECK(client.hears({"text:deadline"}));
}

TEST_CASE("an endpoint's ping comes back to it") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  fixture.run_for(20ms);
  fixture.front_end->run_turn([&](gateway::Now) { fixture.endpoint().ping(); });
  REQUIRE(client.until([&] { return !client.heard().empty(); }));
  REQUIRE(client.heard().front().starts_with("ping:"));
  client.send(frame({Opcode::pong}, client.heard().front().substr(5)));
  CHECK(fixture.until([&] { return fixture.records.back()->pongs == 1; }));
}

TEST_CASE("a reader that stalls is a slow consumer: counted, logged, reset; others go on") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.write_progress_ms = 200; });
  Client stalled(fixture, {.receive_buffer = 4096});
  stalled.upgrade("/ws");
  auto& record = *fixture.records.back();
  constexpr std::size_t frames = 100'000;
  fixture.front_end->run_turn(
      [&](gateway::Now) { fixture.endpoint().send(std::string(1000, 'x'), frames); });

  Client healthy(fixture);
  healthy.upgrade("/ws");
  stalled.send(text("still sends"));
  CHECK(fixture.until([&] { return fixture.counters().blocked_writes > 0; }));
  fixture.front_end->run_turn([&](gateway::Now) { fixture.endpoint().send("news"); });
  CHECK(healthy.hears({"text:news"}));

  CHECK(fixture.until([&] { return !record.closed.empty(); }));
  CHECK(record.closed == std::vector{CloseReason::slow_consumer});
  CHECK(record.messages == std::vector<std::string>{"still sends"});
  CHECK(fixture.closes(CloseReason::slow_consumer) == 1);
  CHECK(fixture.limits(LimitHit::write_progress_ms) == 1);
  const std::string line = "connection_closed peer=127.0.0.1 code=4001 reason=slow_consumer";
  CHECK(std::ranges::count(fixture.log.lines, line) == 1);
  // What was taken from the endpoint and did not reach the kernel is what the gateway held.
  const auto held_bytes = record.pulled_bytes + 200 - fixture.counters().sent_bytes;
  CHECK(held_bytes < 128 * 1024);
  CHECK(stalled.until_over());
  CHECK(stalled.was_reset);
}

TEST_CASE("an endpoint that wants no input leaves the bytes in the kernel") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  fixture.endpoint().takes_input = false;
  const auto message = text(std::string(1000, 'x'));
  std::size_t sent = 0;
  for (int idle = 0; idle < 50; ++idle) {
    const auto count = client.send_some(message);
    if (count > 0) idle = 0;
    sent += count;
    fixture.run_for(1ms);
  }
  CHECK(fixture.records.back()->messages.empty());
  CHECK(fixture.counters().received_bytes < 64 * 1024);
  fixture.front_end->run_turn([&](gateway::Now) {
    fixture.endpoint().takes_input = true;
    fixture.endpoint().send("go on");
  });
  CHECK(fixture.until([&] { return fixture.counters().received_bytes == sent; }));
  CHECK(fixture.records.back()->messages.size() == sent / message.size());
}

TEST_CASE("a client that ends its side gets what is pending; one that vanishes costs nothing") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  client.send(text("last words"));
  client.shut_down();
  CHECK(client.hears({"close:1001:going_away"}));
  CHECK(client.until_over());
  CHECK(fixture.records.back()->messages == std::vector<std::string>{"last words"});

  for (int i = 0; i < 20; ++i) {
    Client vanishing(fixture);
    vanishing.upgrade("/ws");
    if (i % 2 == 0) {
      fixture.front_end->run_turn(
          [&](gateway::Now) { fixture.endpoint().send(std::string(10'000, 'x'), 1000); });
    }
    if (i % 4 < 2) vanishing.abort();
  }
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.counters().open_websockets == 0);
  for (const auto& record : fixture.records) CHECK(record->closed.size() == 1);
}

TEST_CASE("everybody is told goodbye, and who does not answer is reset after the grace") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.close_grace = 300ms; });
  Client polite(fixture);
  polite.upgrade("/ws");
  Client mute(fixture);
  mute.upgrade("/ws");
  Client idle(fixture);
  Client admin(fixture, {.role = ListenerRole::admin});
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 4; }));
  CHECK_FALSE(fixture.front_end->is_idle());

  fixture.front_end->stop_accepting(ListenerRole::client);
  fixture.front_end->run_turn([&](gateway::Now) { fixture.endpoint().send("goodbye"); });
  fixture.front_end->close_all(CloseReason::restart);
  CHECK(mute.hears({"text:goodbye", "close:1012:restart"}));
  CHECK(polite.hears({"close:1012:restart"}));
  polite.send(close_frame(1012));
  CHECK(polite.until_over());
  CHECK_FALSE(polite.was_reset);
  CHECK(idle.until_over());
  CHECK(mute.until_over());
  CHECK(fixture.until([&] { return fixture.front_end->is_idle(); }));
  CHECK(fixture.front_end->connection_count() == 1);
  CHECK(fixture.closes(CloseReason::restart) == 2);
  CHECK_THROWS(Client(fixture));

  admin.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(admin.until_received(" 200 "));
}

TEST_CASE("a front end may go with its connections open; their endpoints are told") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/ws");
  Client http(fixture);
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 2; }));
  fixture.front_end.reset();
  CHECK(fixture.records.back()->closed == std::vector{CloseReason::going_away});
  CHECK(fixture.records.back()->endpoint == nullptr);
  CHECK(client.until_over());
}

TEST_CASE("without descriptors nobody spins, and it goes on when there are some") {
  FrontEndFixture fixture;
  Client before(fixture);
  before.upgrade("/echo");
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<Client>(fixture));
  const auto lowered = rlimit{.rlim_cur = 3, .rlim_max = limit.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &lowered) == 0);
  int turns = 0;
  const auto end = std::chrono::steady_clock::now() + 350ms;
  while (std::chrono::steady_clock::now() < end) {
    turns += static_cast<int>(fixture.io.run_one_for(50ms));
    fixture.io.restart();
  }
  before.send(text("still there"));
  CHECK(before.hears({"text:still there"}));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(fixture.counters().accept_failures >= 2);
  CHECK(fixture.counters().accept_failures <= 10);
  CHECK(turns < 40);
  for (auto& client : clients) client->upgrade("/echo");
}

}  // namespace weir::tests::net
