#include "gateway/net/connection_machine.hpp"

#include "tests/unit/gateway/net/machine_fixture.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace weir::gateway::net {

TEST_CASE("messages reach the endpoint, whatever the segmentation") {
  MachineFixture f;
  const auto bytes = client_frame({Opcode::text, false}, "ab") + ping("!") +
                     client_frame({Opcode::continuation}, "c") + text("d");
  for (const char byte : bytes) f.receive(std::string(1, byte));
  CHECK(f.endpoint->messages == std::vector<std::string>{"abc", "d"});
  CHECK(f.heard() == Words{"pong:!"});
  CHECK(f.counters.received_messages == 2);
  CHECK(f.counters.received_control_frames == 1);
  CHECK(f.counters.received_bytes == bytes.size());
  CHECK(f.endpoint->activities > 0);
  CHECK(f.machine.held_bytes() == 0);
}

TEST_CASE("a flush is asked of the host once, until the machine was collected from") {
  MachineFixture f;
  f.endpoint->send("a");
  f.endpoint->send("b");
  CHECK(f.due_calls == 1);
  f.flush();
  CHECK(f.heard() == Words{"text:a", "text:b"});
  CHECK(f.writes == 1);
  f.endpoint->send("c");
  CHECK(f.due_calls == 2);
}

TEST_CASE("an endpoint with more than the budget is asked again after the write") {
  MachineFixture f;
  for (int i = 0; i < 10; ++i) f.endpoint->send(std::string(10'000, 'x'));
  f.flush();
  CHECK(f.heard().size() == 10);
  CHECK(f.writes > 1);
  CHECK(f.endpoint->budgets.front() == WriteBudget::first_bytes);
  CHECK(f.endpoint->budgets.back() > WriteBudget::first_bytes);
}

TEST_CASE(
    "while a write is in flight nothing is collected, and pings are answered first after it") {
  MachineFixture f;
  f.endpoint->send("in flight");
  f.socket_takes = 3;
  f.flush();
  f.endpoint->send("later");
  f.receive(ping("now"));
  CHECK(f.endpoint->budgets.size() == 1);
  f.socket_takes = std::string::npos;
  f.flush();
  CHECK(f.heard() == Words{"text:in flight", "pong:now", "text:later"});
  CHECK(f.counters.sent_bytes == 2 + 9 + 2 + 3 + 2 + 5);
}

TEST_CASE("what has no room on the link waits in the endpoint, control messages and pongs do not") {
  MachineFixture f;
  CHECK_FALSE(f.machine.is_link_metered());
  f.on_link = 20'000;
  f.machine.on_link_sample(f.on_link, f.now());
  CHECK(f.machine.is_link_metered());
  const auto pass_quarter = [&] {
    f.on_link -= std::min<std::size_t>(f.on_link, 2000);  // 8000 bytes/s
    f.pass(250ms);
  };
  pass_quarter();
  CHECK(f.machine.wants_link_sample(f.now()));
  f.flush();
  CHECK_FALSE(f.machine.wants_link_sample(f.now()));
  f.endpoint->send("later");
  f.flush();
  CHECK_FALSE(f.machine.is_due());
  CHECK(f.heard().empty());
  f.endpoint->send_urgently("now");
  f.receive(ping("?"));
  CHECK(f.heard() == Words{"pong:?", "text:now"});
  for (int i = 0; i < 7; ++i) pass_quarter();
  CHECK(f.heard().empty());
  for (int i = 0; i < 2; ++i) pass_quarter();
  CHECK(f.heard() == Words{"text:later"});  // with 2000 bytes before it
  CHECK(f.endpoint->budgets.back() <= 4000);
}

TEST_CASE("a link that takes everything again is not watched any more") {
  MachineFixture f;
  f.machine.on_link_sample(20'000, f.now());
  f.on_link = 20'000;  // a peer that stands still
  f.pass(250ms);
  f.endpoint->send("1");
  f.flush();
  CHECK(f.heard().empty());
  f.on_link = 0;
  f.pass(250ms);
  CHECK(f.heard() == Words{"text:1"});
  f.pass(250ms);
  f.endpoint->send("2");
  f.flush();
  CHECK_FALSE(f.machine.is_link_metered());
  CHECK(f.heard() == Words{"text:2"});
}

TEST_CASE("an endpoint that wants no input gets none, not even what was read already") {
  MachineFixture f;
  f.receive(text("stop reading") + text("a") + ping("!") + text("b"));
  CHECK(f.endpoint->messages == std::vector<std::string>{"stop reading"});
  CHECK_FALSE(f.machine.wants_input());
  CHECK_FALSE(f.machine.has_resumed());
  CHECK(f.machine.held_bytes() > 0);
  f.endpoint->takes_input = true;
  CHECK(f.machine.has_resumed());
  CHECK_FALSE(f.machine.wants_input());  // what was kept comes first
  f.machine.on_resumed(f.now());
  f.flush();
  CHECK(f.endpoint->messages == std::vector<std::string>{"stop reading", "a", "b"});
  CHECK(f.heard() == Words{"pong:!"});
  CHECK(f.machine.wants_input());
  CHECK(f.machine.held_bytes() == 0);
}

TEST_CASE("a peer whose pongs do not get out is not read from") {
  MachineFixture f(echo_settings({}, 1000));
  f.endpoint->send("in flight");
  f.socket_takes = 0;
  f.flush();
  std::string pings;
  for (int i = 0; i < 100; ++i) pings += ping(std::string(125, 'x'));
  f.receive(pings);
  CHECK_FALSE(f.machine.wants_input());
  CHECK(f.machine.held_bytes() < 2 * pings.size());
  f.socket_takes = std::string::npos;
  f.flush();
  while (f.machine.has_resumed()) {
    f.machine.on_resumed(f.now());
    f.flush();
  }
  CHECK(f.heard().size() == 101);
  CHECK(f.machine.wants_input());
}

TEST_CASE("control frames: the burst is allowed, one more closes; time refills the allowance") {
  MachineFixture f;
  std::string burst;
  for (int i = 0; i < 40; ++i) burst += i % 2 == 0 ? ping("") : client_frame({Opcode::pong}, "");
  f.receive(burst);
  CHECK(f.heard().size() == 20);
  f.pass(100ms);  // two more
  f.receive(ping("") + ping(""));
  CHECK(f.heard() == Words{"pong:", "pong:"});
  f.receive(ping("one too many") + text("not seen"));
  CHECK(f.heard() == Words{"close:1008:policy"});
  CHECK(f.endpoint->messages.empty());
  CHECK(f.limits(LimitHit::control_frames_per_s) == 1);
}

TEST_CASE("a message must be complete in time, counted from its first byte") {
  MachineFixture f;
  const auto message = text("hello");
  f.receive(message.substr(0, 1));
  f.pass(9s);
  f.receive(message.substr(1, 3));
  f.receive(ping("does not help").substr(0, 0));
  f.pass(999ms);
  CHECK(f.heard().empty());
  SUBCASE("at the limit it is closed") {
    f.pass(1ms);
    CHECK(f.heard() == Words{"close:1008:policy"});
    CHECK(f.limits(LimitHit::assembly_ms) == 1);
  }
  SUBCASE("before the limit it counts, and the next one has its own time") {
    f.receive(message.substr(4) + message.substr(0, 1));
    CHECK(f.endpoint->messages == std::vector<std::string>{"hello"});
    f.pass(9999ms);
    CHECK(f.heard().empty());
    f.pass(1ms);
    CHECK(f.heard() == Words{"close:1008:policy"});
  }
  SUBCASE("control frames between fragments do not extend it") {
    MachineFixture g;
    g.receive(client_frame({Opcode::text, false}, "a"));
    g.pass(9s);
    g.receive(ping(""));
    CHECK(g.heard() == Words{"pong:"});
    g.pass(1s);
    CHECK(g.heard() == Words{"close:1008:policy"});
  }
}

TEST_CASE("the endpoint is told how long a ping took") {
  MachineFixture f;
  f.machine.request_ping();
  f.flush();
  const auto sent = f.heard();
  REQUIRE(sent.size() == 1);
  REQUIRE(sent[0].starts_with("ping:"));
  const auto payload = sent[0].substr(5);
  f.machine.request_ping();
  f.flush();
  CHECK(f.heard().empty());  // one is on its way
  f.pass(70ms);
  f.receive(client_frame({Opcode::pong}, "not asked for") + client_frame({Opcode::pong}, ""));
  CHECK(f.endpoint->round_trips.empty());
  f.receive(client_frame({Opcode::pong}, payload) + client_frame({Opcode::pong}, payload));
  CHECK(f.endpoint->round_trips == std::vector<Duration>{70ms});
  f.machine.request_ping();
  f.flush();
  CHECK(f.heard() != sent);
}

TEST_CASE("a ping goes ahead of what the endpoint has, and its time begins with its write") {
  MachineFixture f;
  f.socket_takes = 3;
  f.endpoint->send("first");
  f.flush();
  f.endpoint->send("second");
  f.machine.request_ping();
  f.pass(1s);
  f.socket_takes = std::string::npos;
  f.flush();
  const auto sent = f.heard();
  REQUIRE(sent.size() == 3);
  CHECK(sent[0] == "text:first");
  REQUIRE(sent[1].starts_with("ping:"));
  CHECK(sent[2] == "text:second");
  f.pass(5ms);
  f.receive(client_frame({Opcode::pong}, sent[1].substr(5)));
  CHECK(f.endpoint->round_trips == std::vector<Duration>{5ms});
}

TEST_CASE("the endpoint's deadline is met") {
  MachineFixture f;
  f.endpoint->wake_at = f.time + 3s;
  CHECK(f.machine.deadline() == f.time + 3s);
  f.pass(2s);
  CHECK(f.endpoint->deadlines == 0);
  f.pass(1s);
  CHECK(f.endpoint->deadlines == 1);
  f.machine.request_deadline();
  CHECK(f.deadline_calls == 1);
}

TEST_CASE("an echo has no deadlines while nothing is in flight") {
  MachineFixture f(echo_settings({}, 1000));
  f.receive(text("ab").substr(0, 4));
  CHECK_FALSE(f.machine.deadline().has_value());
}

TEST_CASE("there is one for every connection, so it is small") {
  CHECK(sizeof(ConnectionMachine) <= 208);
}

}  // namespace weir::gateway::net
