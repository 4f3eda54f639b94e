#include "protocol/websocket/client_handshake.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

constexpr std::array<std::string_view, 2> wanted{"weir.v1.json", "weir.v1.cbor"};

/// "the sample nonce" is the key of RFC 6455, 1.3.
ClientRequest sample() {
  ClientRequest request{.host = "server.example.com", .target = "/chat", .subprotocols = wanted};
  constexpr std::string_view nonce = "the sample nonce";
  std::copy(nonce.begin(), nonce.end(), request.nonce.begin());
  return request;
}

ServerResponse good_response() {
  return {.status = 101,
          .connection = "Upgrade",
          .upgrade = "websocket",
          .accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
          .subprotocol = "weir.v1.json",
          .extensions = ""};
}

}  // namespace

TEST_CASE("the request has what RFC 6455, 4.1 asks for") {
  auto request = sample();
  CHECK(to_http(request) ==
        "GET /chat HTTP/1.1\r\n"
        "Host: server.example.com\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: weir.v1.json, weir.v1.cbor\r\n"
        "\r\n");
  request.subprotocols = {};
  request.deflate = DeflateOffer{};
  request.origin = "http://example.com";
  CHECK(to_http(request) ==
        "GET /chat HTTP/1.1\r\n"
        "Host: server.example.com\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
        "client_no_context_takeover; client_max_window_bits\r\n"
        "Origin: http://example.com\r\n"
        "\r\n");
}

TEST_CASE("a good response says what was agreed") {
  auto request = sample();
  auto response = good_response();
  const auto plain = check_response(response, request);
  REQUIRE(plain);
  CHECK(plain->subprotocol == "weir.v1.json");
  CHECK_FALSE(plain->deflate);

  request.deflate = DeflateOffer{};
  response.subprotocol = "";
  response.connection = "keep-alive, upgrade";
  response.extensions = "permessage-deflate; server_no_context_takeover";
  const auto compressed = check_response(response, request);
  REQUIRE(compressed);
  CHECK(compressed->subprotocol.empty());
  CHECK(compressed->deflate == DeflateParameters{});
}

TEST_CASE("a response that does not fit the request is refused") {
  struct Row {
    std::string_view name;
    void (*change)(ServerResponse&);
    std::string_view says;
  };
  const Row rows[] = {
      {"status 200", [](ServerResponse& response) { response.status = 200; }, "200"},
      {"no upgrade", [](ServerResponse& response) { response.upgrade = ""; }, "another protocol"},
      {"another upgrade",
       [](ServerResponse& response) { response.upgrade = "h2c"; },
       "another protocol"},
      {"no connection",
       [](ServerResponse& response) { response.connection = "close"; },
       "another protocol"},
      {"no accept", [](ServerResponse& response) { response.accept = ""; }, "Accept"},
      {"another key's accept",
       [](ServerResponse& response) { response.accept = "S3pPLMBiTxaQ9kYGzzhZRbK+xOo="; },
       "Accept"},
      {"subprotocol that was not offered",
       [](ServerResponse& response) { response.subprotocol = "chat"; },
       "subprotocol"},
      {"two subprotocols",
       [](ServerResponse& response) { response.subprotocol = "weir.v1.json, weir.v1.cbor"; },
       "subprotocol"},
      {"extension that was not offered",
       [](ServerResponse& response) { response.extensions = "permessage-deflate"; },
       "extension"},
      {"malformed extensions",
       [](ServerResponse& response) { response.extensions = ";"; },
       "malformed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto response = good_response();
    row.change(response);
    const auto agreement = check_response(response, sample());
    REQUIRE_FALSE(agreement);
    CHECK(agreement.error().find(row.says) != std::string::npos);
  }
}

TEST_CASE("an answer to compression must fit the offer, and be the only one") {
  auto request = sample();
  request.deflate = DeflateOffer{};
  for (const std::string_view extensions :
       {"permessage-deflate",
        "permessage-deflate; server_no_context_takeover; unknown",
        "permessage-deflate; server_no_context_takeover, foo",
        "foo"}) {
    CAPTURE(extensions);
    auto response = good_response();
    response.extensions = extensions;
    CHECK_FALSE(check_response(response, request));
  }
}

TEST_CASE("what the server's half answers, the client's half accepts") {
  auto request = sample();
  request.deflate = DeflateOffer{.server_window_bits_max = 10};
  const auto offer = to_header(*request.deflate);
  const auto answer = answer_upgrade({.method = "GET",
                                      .connection = "Upgrade",
                                      .upgrade = "websocket",
                                      .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                      .version = "13",
                                      .subprotocols = "weir.v1.json, weir.v1.cbor",
                                      .extensions = offer},
                                     {.subprotocols = wanted, .deflate = DeflatePolicy{}});
  REQUIRE(answer);
  auto response = good_response();
  response.accept = answer->accept;
  response.subprotocol = answer->subprotocol;
  response.extensions = answer->extensions;
  const auto agreement = check_response(response, request);
  REQUIRE(agreement);
  CHECK(agreement->subprotocol == "weir.v1.json");
  CHECK(agreement->deflate == answer->deflate);
}

}  // namespace weir::protocol::websocket
