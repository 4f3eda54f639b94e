// `/echo` on real sockets: what conformance suites look at.
#include "tests/integration/net/client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace weir::tests::net {
namespace {

constexpr std::size_t message_bytes_max = std::size_t{16} << 20U;

const std::string protocol_error = "close:1002:protocol_error";

}  // namespace

TEST_CASE("the echo exists only where it is enabled") {
  FrontEndFixture fixture([](FrontEndOptions& options) { options.echo.is_enabled = false; });
  Client client(fixture);
  client.send("GET /echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n");
  CHECK(client.until_received(" 404 "));
}

TEST_CASE("messages, fragments and control frames come back, however they are cut") {
  const auto bytes = text("Hello") + frame({Opcode::ping}, "1") +
                     frame({Opcode::text, false}, "fr") + frame({Opcode::ping}, "2") +
                     frame({Opcode::continuation, false}, "") +
                     frame({Opcode::continuation}, "ag") + frame({Opcode::binary}, "\x01\x02") +
                     frame({Opcode::pong}, "unasked") + text("") + close_frame(1000);
  FrontEndFixture fixture;
  for (const auto piece_bytes : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    CAPTURE(piece_bytes);
    Client client(fixture);
    client.upgrade("/echo");
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
      client.send(std::string_view(bytes).substr(at, piece_bytes));
      fixture.io.poll();
      fixture.io.restart();
    }
    CHECK(client.until_over());
    auto words = client.heard();
    CHECK(words.size() == 7);
    CHECK(words.back() == "close:1000:");
    // Pings overtake what waits; among themselves, and the messages, keep their order.
    const auto pongs = std::stable_partition(
        words.begin(), words.end(), [](const auto& word) { return !word.starts_with("pong"); });
    CHECK(Transcript(words.begin(), pongs) ==
          Transcript{"text:Hello", "text:frag", "binary:\x01\x02", "text:", "close:1000:"});
    CHECK(Transcript(pongs, words.end()) == Transcript{"pong:1", "pong:2"});
  }
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.closes(CloseReason::normal) == 3);
  CHECK(fixture.counters().handshakes == 3);
}

TEST_CASE("bytes that come with the handshake count") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.send(
      "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      text("early") + text("bird").substr(0, 3));
  REQUIRE(client.until_received("\r\n\r\n"));
  client.received.erase(0, client.received.find("\r\n\r\n") + 4);
  client.send(text("bird").substr(3));
  CHECK(client.hears({"text:early", "text:bird"}));
}

TEST_CASE("compressed messages come back compressed, if the client offers it") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/echo", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  CHECK(client.response.find("Sec-WebSocket-Extensions: permessage-deflate") != std::string::npos);
  client.agree({});
  websocket::Deflater deflater({});
  const std::string message(100'000, 'x');
  std::string compressed;
  deflater.compress(message, compressed);
  client.send(frame({.opcode = Opcode::text, .is_final = false, .is_compressed = true},
                    compressed.substr(0, 10)) +
              frame({Opcode::continuation}, compressed.substr(10)) + text("plain"));
  CHECK(client.hears({"text:" + message, "text:plain"}));
  CHECK(fixture.counters().sent_bytes < 1000);
}

TEST_CASE("the largest message comes back, and one byte more closes") {
  FrontEndFixture fixture;
  SUBCASE("at the limit") {
    Client client(fixture);
    client.upgrade("/echo");
    const std::string largest(message_bytes_max, 'x');
    client.send(text(largest));
    CHECK(client.until([&] { return !client.heard().empty(); }));
    CHECK(client.heard().front().size() == largest.size() + 5);
  }
  SUBCASE("one past it") {
    Client client(fixture);
    client.upgrade("/echo");
    client.send(text("before") +
                std::string(websocket::EncodedHeader(
                                {Opcode::binary}, message_bytes_max + 1, websocket::MaskKey{})
                                .view()));
    CHECK(client.hears({"text:before", "close:1009:too_big"}));
    CHECK(fixture.limits(LimitHit::message_bytes) == 1);
  }
}

TEST_CASE("65536 fragments are taken, one more closes") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/echo");
  const auto fragments = [](std::size_t count) {
    std::string bytes = frame({Opcode::binary, false}, "x");
    while (--count > 1) bytes += frame({Opcode::continuation, false}, "x");
    return bytes;
  };
  client.send(fragments(65'536) + frame({Opcode::continuation}, "x"));
  CHECK(client.hears({"binary:" + std::string(65'536, 'x')}));
  client.send(fragments(65'537) + frame({Opcode::continuation}, "x"));
  CHECK(client.until_over());
  CHECK(client.heard().back() == "close:1008:policy");
  CHECK(fixture.limits(LimitHit::fragments) == 1);
}

TEST_CASE("bad UTF-8 is refused at the byte that is bad, before the frame is complete") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/echo");
  const auto bytes =
      text(std::string("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80") + "edited");
  constexpr std::size_t bad_at = 6 + 12;  // header and mask; \xA0 after \xED begins a surrogate
  client.send(text("before") + bytes.substr(0, bad_at));
  CHECK(client.hears({"text:before"}));
  fixture.run_for(20ms);
  CHECK(client.hears({"text:before"}));
  client.send(bytes.substr(bad_at, 1));
  CHECK(client.hears({"text:before", "close:1007:invalid_payload"}));
}

TEST_CASE("a client that breaks the rules gets its earlier echoes, then the reason") {
  struct Row {
    std::string_view name;
    std::string bytes;
    std::string_view answer;
  };
  const auto raw = [](unsigned first_byte) {
    auto bytes = text("?");
    bytes[0] = static_cast<char>(first_byte);
    return bytes;
  };
  const Row rows[] = {
      {"not masked", std::string("\x81\x01") + "a", protocol_error},
      {"reserved bit", raw(0x91), protocol_error},
      {"compressed without agreement", raw(0xC1), protocol_error},
      {"reserved opcode", raw(0x83), protocol_error},
      {"continuation of nothing", raw(0x80), protocol_error},
      {"fragmented ping", raw(0x09), protocol_error},
      {"bad close code", close_frame(1005), protocol_error},
      {"length with the highest bit",
       std::string("\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10),
       protocol_error},
  };
  FrontEndFixture fixture;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Client client(fixture);
    client.upgrade("/echo");
    client.send(text("1") + text("2") + row.bytes + text("not seen"));
    CHECK(client.hears({"text:1", "text:2", std::string(row.answer)}));
    CHECK(client.until_over());
    CHECK_FALSE(client.was_reset);
  }
  CHECK(fixture.until([&] { return fixture.front_end->connection_count() == 0; }));
  CHECK(fixture.closes(CloseReason::protocol_error) == std::size(rows));
}

TEST_CASE("an echo has no rate limit on control frames") {
  FrontEndFixture fixture;
  Client client(fixture);
  client.upgrade("/echo");
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += frame({Opcode::ping}, std::to_string(i));
  client.send(pings);
  CHECK(client.until([&] { return client.heard().size() == 1000; }));
  CHECK(client.heard().back() == "pong:999");
}

TEST_CASE("a reader that is slower than its echoes loses none") {
  FrontEndFixture fixture;
  Client client(fixture, {.receive_buffer = 4096});
  client.upgrade("/echo");
  std::string bytes;
  const std::string payload(10'000, 'x');
  for (int i = 0; i < 500; ++i) bytes += frame({Opcode::binary}, payload);
  // Sends as much as the gateway takes while nothing is read, then reads all of it.
  auto keeps_sending = [&, at = std::size_t{0}]() mutable {
    at += client.send_some(std::string_view(bytes).substr(at));
    return at == bytes.size();
  };
  for (int i = 0; i < 200; ++i) {
    if (keeps_sending()) break;
    fixture.io.poll();
    fixture.io.restart();
  }
  CHECK(client.until([&] { return keeps_sending() && client.heard().size() == 500; }));
}

}  // namespace weir::tests::net
