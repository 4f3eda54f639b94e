// HTTP on real sockets: requests, handshakes, and what is refused.
#include "tests/integration/net/client.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests::net {
namespace {

const std::string get = "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("requests are answered, several on one connection") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.send(get);
  CHECK(client.until_received("client GET /a?b=c \n"));
  CHECK(client.received.starts_with("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nDate: "));
  client.received.clear();
  client.send(get + get + "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
  CHECK(client.until_received("client POST /p body\n"));
  CHECK(count(client.received, "client GET /a?b=c \n") == 2);
  client.received.clear();
  client.send("HEAD /h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(client.until_over());
  CHECK(client.received.ends_with("charset=utf-8\r\n\r\n"));
  CHECK(client.received.find("Connection: close") != std::string::npos);
  client.close();
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.counters().http_responses[1] == 5);
  CHECK(fixture.counters().open_http == 0);
}

TEST_CASE("requests may come byte by byte") {
  FrontEndFixture fixture;
  Client client(fixture);
  for (const char byte : get) client.send({&byte, 1});
  CHECK(client.until_received("client GET /a?b=c \n"));
}

TEST_CASE("a client that ends its side gets its response") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.send(get);
  client.shut_down();
  CHECK(client.until_over());
  CHECK(count(client.received, "client GET /a?b=c \n") == 1);
}

TEST_CASE("a response larger than the socket takes at once arrives whole") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.body_bytes = 8 << 20; });
  Client client(fixture, {.receive_buffer = 4096});
  const std::string body(8 << 20, 'x');
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  CHECK(client.until([&] { return client.received.ends_with("x\n"); }));
  CHECK(client.received.size() > body.size());
}

TEST_CASE("a client that waits for 100 Continue gets it") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.until_received("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("x");
  CHECK(client.until_received("client POST / x\n"));
}

TEST_CASE("the admin listener knows no WebSockets, and says who asked") {
  FrontEndFixture fixture;
  Client client(fixture, {.role = ListenerRole::admin});
  client.send("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  CHECK(client.until_received("admin GET /ws \n"));
}

TEST_CASE("what is refused gets its status, is counted, and the connection ends") {
  struct Row {
    std::string_view name;
    std::string request;
    std::string_view status;
    Refusal refusal;
  };
  const std::string upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string ours = "Sec-WebSocket-Protocol: weir.v1.json\r\n";
  const std::string host = " HTTP/1.1\r\nHost: h\r\n";
  const Row rows[] = {
      {"not HTTP", "hello\r\n", "400", Refusal::bad_request},
      {"TLS", std::string("\x16\x03\x01\x02\x00", 5), "400", Refusal::bad_request},
      {"no endpoint", "GET /other" + host + upgrade + "\r\n", "404", Refusal::not_found},
      {"no upgrade", "GET /ws" + host + "\r\n", "426", Refusal::upgrade},
      {"POST", "POST /ws" + host + upgrade + ours + "\r\n", "405", Refusal::method},
      {"another origin",
       "GET /ws" + host + upgrade + ours + "Origin: http://evil\r\n\r\n",
       "403",
       Refusal::origin},
      {"another subprotocol", "GET /ws" + host + upgrade + "\r\n", "400", Refusal::subprotocol},
      {"chunks",
       "POST /" + host + "Transfer-Encoding: chunked\r\n\r\n",
       "411",
       Refusal::bad_request},
      {"large body", "POST /" + host + "Content-Length: 65537\r\n\r\n", "413", Refusal::body_bytes},
      {"long target",
       "GET /" + std::string(2048, 'a') + host + "\r\n",
       "414",
       Refusal::header_bytes},
  };
  FrontEndFixture fixture;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto before = fixture.refusals(row.refusal);
    Client client(fixture);
    client.send(row.request);
    CHECK(client.until_over());
    CHECK(client.received.substr(9, 3) == row.status);
    CHECK(fixture.refusals(row.refusal) == before + 1);
  }
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
}

TEST_CASE("headers: the limit, and one past it") {
  FrontEndFixture fixture;
  const auto request = [](std::size_t bytes) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    return begin + std::string(bytes - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  Client client(fixture);
  client.send(request(8191));
  CHECK(client.until_received(" 200 "));
  client.received.clear();
  client.send(request(8192));
  CHECK(client.until_received(" 200 "));
  client.received.clear();
  client.send(request(8193));
  CHECK(client.until_received(" 431 "));
  CHECK(client.until_over());
  CHECK(fixture.refusals(Refusal::header_bytes) == 1);
}

TEST_CASE("an endpoint that takes nobody is told as 503") {
  FrontEndFixture fixture;
  fixture.refuses_endpoints = true;
  Client client(fixture);
  client.send(
      "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: weir.v1.json\r\n\r\n");
  CHECK(client.until_received(" 503 "));
  CHECK(fixture.refusals(Refusal::endpoint) == 1);
}

TEST_CASE("an answer that comes later is sent then, and the next request waits for it") {
  FrontEndFixture fixture;
  Client client(fixture);
  const std::string later = "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n";
  client.send(later + "1" + later + "2" + get);
  CHECK(fixture.until([&] { return fixture.waiting.size() == 1; }));
  fixture.run_for(20ms);
  REQUIRE(fixture.waiting.size() == 1);
  CHECK(client.received.empty());
  fixture.front_end->run_turn([&](gateway::Now) { fixture.waiting.front()->answer(); });
  CHECK(client.until_received("later 1\n"));
  CHECK(fixture.until([&] { return fixture.waiting.size() == 1; }));
  fixture.front_end->run_turn([&](gateway::Now) { fixture.waiting.front()->answer(); });
  CHECK(client.until_received("later 2\n"));
  CHECK(client.until_received("client GET /a?b=c \n"));
  CHECK(fixture.waiting.empty());
}

TEST_CASE("a connection that goes takes its exchange with it, and a stop waits for the answer") {
  FrontEndFixture fixture;
  const std::string later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";
  Client patient(fixture);
  patient.send(later);
  CHECK(fixture.until([&] { return fixture.waiting.size() == 1; }));
  fixture.front_end->close_all(CloseReason::restart);
  fixture.run_for(20ms);
  REQUIRE(fixture.waiting.size() == 1);
  fixture.front_end->run_turn([&](gateway::Now) { fixture.waiting.front()->answer(); });
  CHECK(patient.until_over());
  CHECK(patient.received.ends_with("later \n"));
  CHECK(patient.received.find("Connection: close") != std::string::npos);

  FrontEndFixture hasty(
      [](FrontEndOptions& options) { options.close_grace = std::chrono::milliseconds(20); });
  Client impatient(hasty);
  impatient.send(later);
  CHECK(hasty.until([&] { return hasty.waiting.size() == 1; }));
  hasty.front_end->close_all(CloseReason::restart);
  CHECK(impatient.until_over());
  CHECK(hasty.until([&] { return hasty.waiting.empty(); }));
}

TEST_CASE("an event stream carries what its endpoint hands out, and counts as one") {
  FrontEndFixture fixture([](FrontEndOptions& options) {
    options.routes.push_back({.path = "/v1/events", .is_event_stream = true});
  });
  Client client(fixture);
  client.send("GET /v1/events?filter=a HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(fixture.until([&] { return fixture.counters().open_event_streams == 1; }));
  CHECK(fixture.targets == std::vector<std::string>{"/v1/events?filter=a   127.0.0.1"});
  CHECK(fixture.counters().open_websockets == 0);
  fixture.front_end->run_turn([&](gateway::Now) { fixture.endpoint().send("data", 3); });
  CHECK(client.until([&] { return count(client.received, "data") == 3; }));
  client.close();
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.counters().open_event_streams == 0);
  CHECK(fixture.records.back()->closed == std::vector{CloseReason::normal});
}

TEST_CASE("a request behind that for an event stream ends the connection") {
  FrontEndFixture fixture([](FrontEndOptions& options) {
    options.routes.push_back({.path = "/v1/events", .is_event_stream = true});
  });
  Client client(fixture);
  client.send("GET /v1/events HTTP/1.1\r\nHost: h\r\n\r\n" + get);
  CHECK(client.until_over());
  client.close();
  CHECK(fixture.until([&] { return fixture.closes(CloseReason::policy) == 1; }));
}

TEST_CASE("a body has the deadline of its request, and a refusal is JSON") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.handshake_ms = 100; });
  Client dripping(fixture);
  dripping.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{");
  CHECK(dripping.until_received("HTTP/1.1 408 "));
  CHECK(dripping.until_received("\"code\":\"bad_request\""));
  CHECK(dripping.until_over());
}

TEST_CASE("the handshake has one deadline, however its bytes drip") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.handshake_ms = 100; });
  Client silent(fixture);
  Client dripping(fixture);
  dripping.send("G");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(dripping.until_received("HTTP/1.1 408 "));
  CHECK(dripping.until_over());
  CHECK(silent.until_over());
  CHECK(silent.received.empty());
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(fixture.refusals(Refusal::handshake_ms) == 2);
}

TEST_CASE("connections: the limit, and one past it; a free place is given again") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.limits.connections = 2; });
  Client first(fixture);
  Client second(fixture);
  first.upgrade("/ws");
  second.upgrade("/ws");
  Client third(fixture);
  third.send(get);
  CHECK(third.until_received("HTTP/1.1 503 "));
  CHECK(third.received.find("Retry-After: ") != std::string::npos);
  CHECK(third.until_over());
  CHECK(fixture.refusals(Refusal::connections) == 1);
  Client admin(fixture, {.role = ListenerRole::admin});
  admin.send(get);
  CHECK(admin.until_received(" 200 "));  // the operator gets in
  first.abort();
  CHECK(fixture.until([&] { return fixture.counters().open_websockets == 1; }));
  Client fourth(fixture);
  fourth.upgrade("/ws");
}

TEST_CASE("connections of one address: the limit, and one past it") {
  FrontEndFixture fixture([](FrontEndOptions& options) {
    options.limits.connections_per_ip = 2;
    options.limits.loopback_exempt = false;
  });
  Client first(fixture);
  Client second(fixture);
  first.upgrade("/ws");
  second.send(get);
  CHECK(second.until_received(" 200 "));
  Client third(fixture);
  third.send(get);
  CHECK(third.until_received("HTTP/1.1 429 "));
  CHECK(fixture.refusals(Refusal::connections_per_ip) == 1);
  Client other(fixture, {.from = "127.0.0.2"});
  other.upgrade("/ws");
  CHECK(fixture.targets.back() == "/ws? weir.v1.json  127.0.0.2");
}

TEST_CASE("an address that is taken is named") {
  FrontEndFixture fixture;
  const auto port = fixture.port();
  gateway::net::FrontEndOptions options;
  options.listeners = {{.port = port}};
  CHECK_THROWS_WITH_AS(
      FrontEnd(fixture.io, options, fixture, fixture.log),
      ("cannot listen on 127.0.0.1 port " + std::to_string(port) + ": Address already in use")
          .c_str(),
      std::runtime_error);
}

TEST_CASE("several front ends share a port when they are told to") {
  FrontEndFixture first([](FrontEndOptions& options) { options.reuses_port = true; });
  FrontEndFixture second([&](FrontEndOptions& options) {
    options.reuses_port = true;
    options.listeners = {{.port = first.port()}};
  });
  CHECK(second.port() == first.port());
}

}  // namespace weir::tests::net
