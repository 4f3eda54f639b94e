#include "gateway/net/connection_machine.hpp"
#include "tests/unit/gateway/net/machine_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::net {

TEST_CASE("a close of the peer is answered with its code, then both end") {
  struct Row {
    std::string_view name;
    std::string frame;
    std::string_view answer;
    CloseReason told;
  };
  const Row rows[] = {
      {"normal", close(1000), "close:1000:", CloseReason::normal},
      {"going away", close(1001), "close:1001:", CloseReason::going_away},
      {"a code of its own", close(3999), "close:3999:", CloseReason::normal},
      {"without a code", client_frame({Opcode::close}, ""), "close::", CloseReason::normal},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    MachineFixture f;
    f.receive(row.frame + text("not seen"));
    CHECK(f.heard() == Words{std::string(row.answer)});
    CHECK(f.machine.socket() == Socket::shut_down);
    CHECK(f.machine.wants_input());
    f.machine.on_end();
    CHECK(f.machine.socket() == Socket::close);
    f.machine.finish(f.now());
    CHECK(f.endpoint->closed == std::vector{row.told});
    CHECK(f.endpoint->messages.empty());
    const bool is_known = row.name != "a code of its own";
    CHECK(f.closes(row.told) == (is_known ? 1 : 0));
    CHECK(f.counters.other_closes == (is_known ? 0 : 1));
    CHECK(f.counters.abnormal_closes == 0);
  }
}

TEST_CASE("a peer that does not end the connection is left after a second") {
  MachineFixture f;
  f.receive(close(1000));
  f.pass(999ms);
  CHECK(f.machine.socket() == Socket::shut_down);
  f.receive("anything is dropped now");
  f.pass(1ms);
  CHECK(f.machine.socket() == Socket::close);
}

TEST_CASE("what the endpoint has to say comes before our close frame") {
  MachineFixture f;
  f.endpoint->send("goodbye");
  f.machine.request_close(CloseReason::restart);
  f.machine.request_close(CloseReason::normal);  // the first one counts
  f.flush();
  CHECK(f.heard() == Words{"text:goodbye", "close:1012:restart"});
  CHECK(f.writes == 1);
  CHECK(f.machine.socket() == Socket::keep);

  SUBCASE("and the peer's answer ends it") {
    f.receive(text("not seen") + ping("not answered") + close(1012));
    CHECK(f.machine.socket() == Socket::shut_down);
    CHECK(f.heard().empty());
    CHECK(f.endpoint->messages.empty());
  }
  SUBCASE("or the end of its stream") {
    f.machine.on_end();
    CHECK(f.machine.socket() == Socket::close);
  }
  SUBCASE("or five seconds without one") {
    f.pass(4999ms);
    CHECK(f.machine.socket() == Socket::keep);
    f.pass(1ms);
    CHECK(f.machine.socket() == Socket::close);
  }
  SUBCASE("or rubbish, which is dropped") {
    f.receive("\xFF\xFF\xFF");
    CHECK(f.machine.socket() == Socket::close);
    CHECK(f.heard().empty());
  }
  f.machine.finish(f.now());
  CHECK(f.closes(CloseReason::restart) == 1);
  CHECK(f.endpoint->closed == std::vector{CloseReason::restart});
}

TEST_CASE("an endpoint may close from inside a message; what follows is not seen") {
  MachineFixture f;
  f.receive(text("close") + text("not seen"));
  CHECK(f.heard() == Words{"close:4500:bad_requests"});
  CHECK(f.endpoint->messages == std::vector<std::string>{"close"});
}

TEST_CASE(
    "after a fault earlier answers are sent, then the close frame, and nothing more is read") {
  MachineFixture f;
  for (int i = 0; i < 5; ++i) f.endpoint->pending.push_back(std::string("\x81\x01") + 'a');
  f.receive("\xFF");
  CHECK(f.heard() ==
        Words{"text:a", "text:a", "text:a", "text:a", "text:a", "close:1002:protocol_error"});
  CHECK(f.machine.socket() == Socket::shut_down);
  f.receive(close(1000));
  f.pass(1s);
  CHECK(f.machine.socket() == Socket::close);
  f.machine.finish(f.now());
  CHECK(f.closes(CloseReason::protocol_error) == 1);
  CHECK(f.counters.faults_by_kind[static_cast<std::size_t>(websocket::Fault::reserved_opcode)] ==
        1);
}

TEST_CASE("faults while the answer is blocked end like others") {
  MachineFixture f;
  f.endpoint->send("blocked");
  f.socket_takes = 1;
  f.flush();
  f.receive("\xFF");
  f.receive("\xFF");
  CHECK_FALSE(f.machine.wants_input());
  f.socket_takes = std::string::npos;
  f.flush();
  CHECK(f.heard() == Words{"text:blocked", "close:1002:protocol_error"});
  CHECK(f.machine.socket() == Socket::shut_down);
}

TEST_CASE("a reader that takes nothing is a slow consumer") {
  MachineFixture f;
  f.endpoint->send("stuck");
  f.endpoint->send("never sent");
  f.socket_takes = 2;
  f.flush();
  f.pass(9s);
  f.receive(text("it still sends"));
  f.pass(999ms);
  CHECK(f.limits(LimitHit::write_progress_ms) == 0);
  SUBCASE("progress starts the time anew") {
    f.socket_takes = 1;
    f.flush();
    f.pass(9999ms);
    CHECK(f.limits(LimitHit::write_progress_ms) == 0);
    f.pass(1ms);
    CHECK(f.limits(LimitHit::write_progress_ms) == 1);
  }
  SUBCASE("it is counted, and reset after a second") {
    f.pass(1ms);
    CHECK(f.limits(LimitHit::write_progress_ms) == 1);
    CHECK_FALSE(f.machine.wants_input());
    f.pass(999ms);
    CHECK(f.machine.socket() == Socket::keep);
    f.pass(1ms);
    CHECK(f.machine.socket() == Socket::reset);
    f.machine.finish(f.now());
    CHECK(f.closes(CloseReason::slow_consumer) == 1);
    CHECK(f.endpoint->closed == std::vector{CloseReason::slow_consumer});
  }
  SUBCASE("it gets its close frame if it reads on within a second") {
    f.pass(500ms);
    f.socket_takes = std::string::npos;
    f.flush();
    CHECK(f.heard() == Words{"text:stuck", "text:never sent", "close:4001:slow_consumer"});
    f.pass(2s);
    CHECK(f.machine.socket() == Socket::reset);
  }
}

TEST_CASE("a wish to close while the socket takes nothing ends in time") {
  MachineFixture f;
  f.endpoint->send("stuck");
  f.socket_takes = 1;
  f.flush();
  f.machine.request_close(CloseReason::restart);
  CHECK(f.machine.deadline().has_value());
  f.pass(6s);
  CHECK(f.machine.socket() == Socket::reset);
}

TEST_CASE("an endpoint that always has more does not delay our close frame for ever") {
  MachineFixture f;
  f.machine.request_close(CloseReason::restart);
  for (int second = 0; second < 6; ++second) {
    f.endpoint->pending.assign(1000, std::string("\x82\x7E\xFF\xFF", 4) + std::string(65'535, 'x'));
    f.socket_takes = 300'000;
    f.flush();
    f.pass(1s);
  }
  f.socket_takes = std::string::npos;
  f.flush();
  CHECK(f.sent.ends_with(std::string_view("restart")));
}

TEST_CASE("a peer that ends its stream without a close frame gets what is pending, and ours") {
  MachineFixture f;
  f.endpoint->send("pending");
  f.machine.on_end();
  CHECK_FALSE(f.machine.wants_input());
  f.flush();
  CHECK(f.heard() == Words{"text:pending", "close:1001:going_away"});
  CHECK(f.machine.socket() == Socket::close);
  f.machine.finish(f.now());
  CHECK(f.counters.abnormal_closes == 1);
  CHECK(f.closes(CloseReason::going_away) == 0);
}

TEST_CASE("a half-closed peer that does not read is left after two seconds") {
  MachineFixture f;
  f.endpoint->send("stuck");
  f.socket_takes = 0;
  f.flush();
  f.machine.on_end();
  f.flush();
  f.pass(2s);
  CHECK(f.machine.socket() == Socket::reset);
}

TEST_CASE("a broken connection ends at once, in every phase") {
  for (int phase = 0; phase < 4; ++phase) {
    CAPTURE(phase);
    MachineFixture f;
    if (phase == 1) f.machine.request_close(CloseReason::restart);
    if (phase == 2) f.receive(close(1000));
    if (phase == 3) f.receive("\xFF");
    f.machine.on_broken();
    CHECK(f.machine.socket() == Socket::close);
    CHECK_FALSE(f.machine.wants_input());
    CHECK_FALSE(f.machine.deadline().has_value());
    f.machine.finish(f.now());
    CHECK(f.endpoint->closed.size() == 1);
    CHECK(f.counters.abnormal_closes == (phase == 0 ? 1 : 0));
  }
}

TEST_CASE("an event stream ends without a close frame, when all is said") {
  MachineFixture f(event_stream_settings({}));
  f.endpoint->send("the last words");
  f.machine.request_close(CloseReason::restart);
  f.flush();
  CHECK(f.heard() == Words{"text:the last words"});
  CHECK(f.machine.socket() == Socket::shut_down);
  f.machine.on_end();
  CHECK(f.machine.socket() == Socket::close);
  f.machine.finish(f.now());
  CHECK(f.closes(CloseReason::restart) == 1);
}

TEST_CASE("an event stream with nothing more to say ends as well, also where its client is gone") {
  MachineFixture f(event_stream_settings({}));
  f.machine.request_close(CloseReason::normal);
  f.flush();
  CHECK(f.machine.socket() == Socket::shut_down);
  f.pass(1s);
  CHECK(f.machine.socket() == Socket::close);

  MachineFixture gone(event_stream_settings({}));
  gone.machine.on_end();
  gone.flush();
  CHECK(gone.machine.socket() == Socket::close);
  gone.machine.finish(gone.now());
  CHECK(gone.closes(CloseReason::normal) == 1);
  CHECK(gone.counters.abnormal_closes == 0);
}

TEST_CASE("a client of an event stream that says something is parted with") {
  MachineFixture f(event_stream_settings({}));
  f.receive("GET / HTTP/1.1\r\n\r\n");
  CHECK(f.endpoint->messages.empty());
  CHECK(f.machine.socket() == Socket::shut_down);
  f.machine.finish(f.now());
  CHECK(f.closes(CloseReason::policy) == 1);
}

TEST_CASE("an event stream is never pinged, and one that takes nothing is ended like a WebSocket") {
  MachineFixture f(event_stream_settings({}));
  f.machine.request_ping();
  CHECK_FALSE(f.machine.is_due());
  f.socket_takes = 0;
  f.endpoint->send("not taken");
  f.flush();
  f.pass(11s);
  CHECK(f.limits(LimitHit::write_progress_ms) == 1);
  CHECK(f.machine.socket() == Socket::reset);
  f.machine.note_response(200);
  CHECK(f.counters.http_responses[1] == 1);
}

}  // namespace weir::gateway::net
