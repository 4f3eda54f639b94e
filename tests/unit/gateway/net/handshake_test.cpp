#include "gateway/net/handshake.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::net {
namespace {

using http::Header;
using http::Request;

const std::vector<Route> routes{{.path = "/ws", .subprotocols = {"weir.v1.json", "weir.v1.cbor"}},
                                {.path = "/echo",
                                 .requires_subprotocol = false,
                                 .deflate = protocol::websocket::DeflatePolicy{},
                                 .is_echo = true}};

Request upgrade_request(std::string target = "/ws") {
  return {.method = "GET",
          .target = std::move(target),
          .headers = {{"Host", "example.com"},
                      {"Connection", "keep-alive, Upgrade"},
                      {"Upgrade", "websocket"},
                      {"Sec-WebSocket-Version", "13"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                      {"Sec-WebSocket-Protocol", "weir.v1.json"}}};
}

void set(Request& request, const std::string& name, const std::string& value) {
  for (auto& header : request.headers) {
    if (header.name == name) {
      header.value = value;
      return;
    }
  }
  request.headers.push_back({name, value});
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace

TEST_CASE("a proper handshake gets its upgrade") {
  const auto answer = answer_handshake(upgrade_request("/ws?a=b"), routes, {});
  const auto* upgrade = std::get_if<Upgrade>(&answer);
  REQUIRE(upgrade != nullptr);
  CHECK(upgrade->route == &routes[0]);
  CHECK(upgrade->subprotocol == "weir.v1.json");
  CHECK_FALSE(upgrade->deflate.has_value());
  CHECK(http::to_wire(upgrade->response, {}) ==
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: weir.v1.json\r\n\r\n");
}

TEST_CASE("the echo needs no subprotocol and can compress") {
  auto request = upgrade_request("/echo");
  set(request, "Sec-WebSocket-Protocol", "");
  set(request, "Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
  const auto answer = answer_handshake(request, routes, {});
  const auto* upgrade = std::get_if<Upgrade>(&answer);
  REQUIRE(upgrade != nullptr);
  CHECK(upgrade->route->is_echo);
  CHECK(upgrade->subprotocol.empty());
  CHECK(upgrade->deflate.has_value());
  CHECK(header_of(upgrade->response, "Sec-WebSocket-Protocol").empty());
  CHECK(header_of(upgrade->response, "Sec-WebSocket-Extensions").starts_with("permessage-deflate"));
}

TEST_CASE("handshakes that are refused, with the status and the reason that is counted") {
  struct Row {
    std::string_view name;
    std::vector<Header> changes;
    unsigned status;
    Refusal refusal;
  };
  const Row rows[] = {
      {"no upgrade", {{"Upgrade", ""}}, 426, Refusal::upgrade},
      {"another upgrade", {{"Upgrade", "h2c"}}, 426, Refusal::upgrade},
      {"no connection", {{"Connection", "keep-alive"}}, 426, Refusal::upgrade},
      {"old version", {{"Sec-WebSocket-Version", "8"}}, 426, Refusal::upgrade},
      {"no version", {{"Sec-WebSocket-Version", ""}}, 426, Refusal::upgrade},
      {"no key", {{"Sec-WebSocket-Key", ""}}, 400, Refusal::bad_request},
      {"short key", {{"Sec-WebSocket-Key", "c2hvcnQ="}}, 400, Refusal::bad_request},
      {"foreign origin", {{"Origin", "http://evil.com"}}, 403, Refusal::origin},
      {"null origin", {{"Origin", "null"}}, 403, Refusal::origin},
      {"empty origin", {{"Origin", ""}}, 403, Refusal::origin},
      {"no subprotocol of ours", {{"Sec-WebSocket-Protocol", "mqtt"}}, 400, Refusal::subprotocol},
      {"no subprotocol", {{"Sec-WebSocket-Protocol", ""}}, 400, Refusal::subprotocol},
      {"too many subprotocols",
       {{"Sec-WebSocket-Protocol", "a,b,c,d,e,f,g,h,weir.v1.json"}},
       400,
       Refusal::bad_request},
      {"bad extensions", {{"Sec-WebSocket-Extensions", "a;;"}}, 400, Refusal::bad_request},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto request = upgrade_request();
    for (const auto& change : row.changes) set(request, change.name, change.value);
    const auto answer = answer_handshake(request, routes, {});
    const auto* refused = std::get_if<Refused>(&answer);
    REQUIRE(refused != nullptr);
    CHECK(refused->response.status == row.status);
    CHECK(refused->refusal == row.refusal);
    const bool is_upgrade = row.refusal == Refusal::upgrade;
    CHECK(header_of(refused->response, "Upgrade") == (is_upgrade ? "websocket" : ""));
    CHECK(header_of(refused->response, "Sec-WebSocket-Version") == (is_upgrade ? "13" : ""));
  }
}

TEST_CASE("a handshake is GET of HTTP/1.1 without a body, its headers come once") {
  auto request = upgrade_request();
  SUBCASE("POST") {
    request.method = "POST";
    const auto answer = answer_handshake(request, routes, {});
    const auto& refused = std::get<Refused>(answer);
    CHECK(refused.response.status == 405);
    CHECK(refused.refusal == Refusal::method);
    CHECK(header_of(refused.response, "Allow") == "GET");
  }
  SUBCASE("HTTP/1.0") {
    request.version = 10;
    CHECK(std::get<Refused>(answer_handshake(request, routes, {})).response.status == 400);
  }
  SUBCASE("body") {
    request.body = "x";
    CHECK(std::get<Refused>(answer_handshake(request, routes, {})).response.status == 400);
  }
  SUBCASE("two keys") {
    request.headers.push_back({"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="});
    CHECK(std::get<Refused>(answer_handshake(request, routes, {})).response.status == 400);
  }
  SUBCASE("two origins") {
    request.headers.push_back({"Origin", "http://example.com"});
    CHECK(std::holds_alternative<Upgrade>(answer_handshake(request, routes, {})));
    request.headers.push_back({"Origin", "http://example.com"});
    CHECK(std::get<Refused>(answer_handshake(request, routes, {})).response.status == 403);
  }
}

TEST_CASE("compression is agreed to where the listener has it, with one window for all") {
  struct Row {
    const char* name;
    const char* offer;
    const char* answer;
  };
  for (const auto& row :
       {Row{"as browsers offer it",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
        Row{"the shared window",
            "permessage-deflate; server_max_window_bits=12",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=12"},
        Row{"a smaller window than the shared one",
            "permessage-deflate; server_max_window_bits=10",
            ""},
        Row{"nothing", "x-other", ""}}) {
    CAPTURE(row.name);
    auto request = upgrade_request("/ws");
    set(request, "Sec-WebSocket-Extensions", row.offer);
    const auto answer = answer_handshake(request, routes, {.allows_deflate = true});
    const auto* upgrade = std::get_if<Upgrade>(&answer);
    REQUIRE(upgrade != nullptr);
    CHECK(header_of(upgrade->response, "Sec-WebSocket-Extensions") == row.answer);
    CHECK(upgrade->deflate.has_value() == (std::string_view(row.answer) != ""));
    const auto refused = answer_handshake(request, routes, {});
    CHECK_FALSE(std::get<Upgrade>(refused).deflate.has_value());
  }
}

TEST_CASE("origins of the list are allowed") {
  auto request = upgrade_request();
  set(request, "Origin", "https://app.example.com");
  const std::vector<std::string> origins{"https://app.example.com"};
  CHECK(std::holds_alternative<Upgrade>(answer_handshake(request, routes, {.origins = origins})));
  CHECK(std::holds_alternative<Refused>(answer_handshake(request, routes, {})));
}

TEST_CASE("other paths are plain requests, unless they ask for a WebSocket") {
  auto request = upgrade_request("/other");
  CHECK(std::get<Refused>(answer_handshake(request, routes, {})).response.status == 404);
  set(request, "Upgrade", "");
  CHECK(std::holds_alternative<PlainRequest>(answer_handshake(request, routes, {})));
  CHECK(std::holds_alternative<PlainRequest>(
      answer_handshake({.method = "GET", .target = "/"}, routes, {})));
  CHECK(std::holds_alternative<PlainRequest>(
      answer_handshake({.method = "GET", .target = "/ws/"}, routes, {})));
}

TEST_CASE("an event stream is what GET of its path gets, and nothing else does") {
  const std::vector<Route> streams{{.path = "/v1/events", .settings = event_stream_settings({})}};
  Request request{.method = "GET", .target = "/v1/events?filter=a"};
  const auto answer = answer_handshake(request, streams, {});
  const auto* upgrade = std::get_if<Upgrade>(&answer);
  REQUIRE(upgrade != nullptr);
  CHECK(upgrade->route == &streams[0]);
  for (const char* method : {"HEAD", "POST", "OPTIONS"}) {
    request.method = method;
    CHECK(std::holds_alternative<PlainRequest>(answer_handshake(request, streams, {})));
  }
}

}  // namespace weir::gateway::net
