#include "protocol/websocket/handshake.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

/// The request of RFC 6455, 1.2.
const UpgradeRequest sample{.method = "GET",
                            .http_version = 11,
                            .connection = "Upgrade",
                            .upgrade = "websocket",
                            .key = "dGhlIHNhbXBsZSBub25jZQ==",
                            .version = "13",
                            .subprotocols = "chat, superchat",
                            .extensions = ""};

constexpr std::array<std::string_view, 2> ours{"weir.v1.cbor", "weir.v1.json"};

template <class Change>
UpgradeRequest with(Change change) {
  auto request = sample;
  change(request);
  return request;
}

}  // namespace

TEST_CASE("the sample handshake of RFC 6455, 1.3") {
  CHECK(accept_key(sample.key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  constexpr std::array<std::string_view, 1> chat{"chat"};
  const auto answer = answer_upgrade(sample, {.subprotocols = chat, .deflate = {}});
  REQUIRE(answer);
  CHECK(answer->accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(answer->subprotocol == "chat");
  CHECK(answer->extensions.empty());
  CHECK_FALSE(answer->deflate);
}

TEST_CASE("requests as clients really write them are accepted") {
  const UpgradeRequest requests[] = {
      with([](auto& request) { request.connection = "keep-alive, Upgrade"; }),  // Firefox
      with([](auto& request) { request.connection = "upgrade"; }),
      with([](auto& request) { request.upgrade = "WebSocket"; }),
      with([](auto& request) { request.upgrade = "h2c, websocket"; }),
      with([](auto& request) { request.key = " dGhlIHNhbXBsZSBub25jZQ==\t"; }),
      with([](auto& request) { request.key = "AQIDBAUGBwgJCgsMDQ4PEC=="; }),  // RFC 6455, 4.1
      with([](auto& request) { request.version = " 13"; }),
      with([](auto& request) { request.subprotocols = ""; }),
      with([](auto& request) { request.extensions = "permessage-deflate"; }),
      with([](auto& request) { request.extensions = "foo; bar=\"baz\""; }),
  };
  for (const auto& request : requests) {
    CHECK(answer_upgrade(request, {.subprotocols = ours, .deflate = {}}));
  }
}

TEST_CASE("requests that are no WebSocket handshake are refused with their status") {
  struct Row {
    std::string_view name;
    UpgradeRequest request;
    unsigned status;
  };
  const Row rows[] = {
      {"POST", with([](auto& request) { request.method = "POST"; }), 405},
      {"get", with([](auto& request) { request.method = "get"; }), 405},
      {"HTTP/1.0", with([](auto& request) { request.http_version = 10; }), 400},
      {"no Upgrade", with([](auto& request) { request.upgrade = ""; }), 426},
      {"Upgrade to HTTP/2", with([](auto& request) { request.upgrade = "h2c"; }), 426},
      {"no Connection", with([](auto& request) { request.connection = ""; }), 426},
      {"Connection without upgrade",
       with([](auto& request) { request.connection = "keep-alive"; }),
       426},
      {"no version", with([](auto& request) { request.version = ""; }), 426},
      {"version 8", with([](auto& request) { request.version = "8"; }), 426},
      {"version 130", with([](auto& request) { request.version = "130"; }), 426},
      {"two versions", with([](auto& request) { request.version = "13, 8"; }), 426},
      {"no key", with([](auto& request) { request.key = ""; }), 400},
      {"key of 15 bytes", with([](auto& request) { request.key = "dGhlIHNhbXBsZSBub25j"; }), 400},
      {"key of 17 bytes",
       with([](auto& request) { request.key = "dGhlIHNhbXBsZSBub25jZQE="; }),
       400},
      {"key with a character that is not base64",
       with([](auto& request) { request.key = "dGhlIHNhbXBsZSBub25j!Q=="; }),
       400},
      {"key with padding in the middle",
       with([](auto& request) { request.key = "dGhlIHNhbXBsZSBub2=jZQ=="; }),
       400},
      {"two keys",
       with([](auto& request) {
         request.key = "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==";
       }),
       400},
      {"subprotocol that is no token",
       with([](auto& request) { request.subprotocols = "weir v1"; }),
       400},
      {"malformed extensions", with([](auto& request) { request.extensions = "a;;b"; }), 400},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto answer = answer_upgrade(row.request, {.subprotocols = ours, .deflate = {}});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().status == row.status);
    CHECK(answer.error().text.ends_with('.'));
  }
}

TEST_CASE("the subprotocol is the one that we like best of those offered") {
  struct Row {
    std::string_view offers;
    std::string_view chosen;
  };
  const Row rows[] = {{"weir.v1.json", "weir.v1.json"},
                      {"weir.v1.json, weir.v1.cbor", "weir.v1.cbor"},
                      {"chat,weir.v1.json", "weir.v1.json"},
                      {"weir.v1.json, weir.v1.json", "weir.v1.json"},
                      {"WEIR.V1.JSON", ""},
                      {"weir.v2.json", ""},
                      {"", ""}};
  for (const auto& row : rows) {
    CAPTURE(row.offers);
    const auto request = with([&](auto& changed) { changed.subprotocols = row.offers; });
    const auto answer = answer_upgrade(request, {.subprotocols = ours, .deflate = {}});
    REQUIRE(answer);
    CHECK(answer->subprotocol == row.chosen);
  }
}

TEST_CASE("as many and as long subprotocols as may be, and one more") {
  std::string offers = std::string(subprotocol_bytes_max, 'x');
  for (std::size_t i = 1; i < subprotocols_max; ++i) offers += ", a";
  const auto accepted = [](std::string_view subprotocols) {
    const auto request = with([&](auto& changed) { changed.subprotocols = subprotocols; });
    return answer_upgrade(request, {.subprotocols = ours, .deflate = {}}).has_value();
  };
  CHECK(accepted(offers));
  CHECK_FALSE(accepted("x" + offers));
  CHECK_FALSE(accepted(offers + ", a"));
}

TEST_CASE("compression is agreed where the endpoint has it, and not mentioned where it does not") {
  const auto request = with([](auto& changed) { changed.extensions = "permessage-deflate"; });
  const auto with_deflate =
      answer_upgrade(request, {.subprotocols = ours, .deflate = DeflatePolicy{}});
  REQUIRE(with_deflate);
  CHECK(with_deflate->extensions ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  CHECK(with_deflate->deflate == DeflateParameters{});

  const auto without = answer_upgrade(request, {.subprotocols = ours, .deflate = {}});
  REQUIRE(without);
  CHECK(without->extensions.empty());
  CHECK_FALSE(without->deflate);
}

}  // namespace weir::protocol::websocket
