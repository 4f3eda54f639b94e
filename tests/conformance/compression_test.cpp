#include "tests/conformance/echo_peer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace weir::tests::conformance {
namespace {

using websocket::ContextTakeover;

/// What `/echo` accepts: whatever the client wants.
constexpr websocket::DeflatePolicy echo_policy{.server_takeover = ContextTakeover::yes,
                                               .client_takeover = ContextTakeover::yes};

/// A client that has offered compression with this header, and the echo that took the offer.
class CompressedEcho {
public:
  explicit CompressedEcho(std::string_view offers)
      : agreed_(negotiate(offers)),
        peer_(echo_limits, agreed_),
        client_(websocket::Role::client, echo_limits, agreed_),
        deflater_(
            {.window_bits = agreed_.client_window_bits, .takeover = agreed_.client_takeover}) {}

  [[nodiscard]] const websocket::DeflateParameters& agreed() const { return agreed_; }

  /// Sends a message, in fragments and reads of these sizes, and returns all that came back.
  Transcript echo(Opcode opcode,
                  std::string_view message,
                  std::size_t fragment_bytes,
                  std::size_t piece_bytes) {
    std::string payload;
    deflater_.compress(message, payload);
    std::string_view rest(payload);
    std::string bytes;
    websocket::FrameStart start{opcode, false, true};
    do {
      const auto fragment = rest.substr(0, fragment_bytes);
      rest.remove_prefix(fragment.size());
      start.is_final = rest.empty();
      bytes += frame(start, fragment);
      start = {Opcode::continuation, false, false};
    } while (!rest.empty());
    return send(bytes, piece_bytes);
  }
  /// Sends bytes as they are.
  Transcript send(std::string_view bytes, std::size_t piece_bytes) {
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_bytes, bytes.size()))) {
      peer_.read(bytes.substr(0, piece_bytes), out);
    }
    return read_in_pieces(client_, out, {});
  }

private:
  static websocket::DeflateParameters negotiate(std::string_view offers) {
    const auto answer = websocket::answer_upgrade({.method = "GET",
                                                   .connection = "Upgrade",
                                                   .upgrade = "websocket",
                                                   .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                                   .version = "13",
                                                   .extensions = offers},
                                                  {.deflate = echo_policy});
    REQUIRE(answer);
    REQUIRE(answer->deflate);
    return *answer->deflate;
  }

  websocket::DeflateParameters agreed_;
  EchoPeer peer_;
  websocket::MessageAssembler client_;
  websocket::Deflater deflater_;
};

/// Something like the JSON that Autobahn sends.
std::string json_like(Random& random, std::size_t bytes) {
  std::string text = "[";
  while (text.size() < bytes) {
    text += "{\"id\":" + std::to_string(random.below(100'000)) + ",\"name\":\"" +
            random.text(3 + random.below(8), "abcdefghij") + "\"},";
  }
  text.resize(bytes);
  return text;
}

constexpr std::array<std::string_view, 9> offers{
    "permessage-deflate",                                                         // 13.1
    "permessage-deflate; server_no_context_takeover",                             // 13.2
    "permessage-deflate; server_max_window_bits=9",                               // 13.3
    "permessage-deflate; server_max_window_bits=15",                              // 13.4
    "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",   // 13.5
    "permessage-deflate; server_no_context_takeover; server_max_window_bits=15",  // 13.6
    "permessage-deflate; server_no_context_takeover; server_max_window_bits=9, "
    "permessage-deflate; server_no_context_takeover, permessage-deflate",  // 13.7
    "permessage-deflate; client_no_context_takeover; client_max_window_bits=8; "
    "server_max_window_bits=8",
    "permessage-deflate; client_max_window_bits",
};

}  // namespace

TEST_CASE("12 and 13: compressed messages of all sizes come back under all parameters") {
  const auto seed = seed_or(1);
  CAPTURE(seed);
  Random random(seed);
  for (const auto offer : offers) {
    CAPTURE(offer);
    CompressedEcho connection(offer);
    for (const std::size_t size : {0U, 1U, 16U, 64U, 256U, 1024U, 4096U, 8192U, 32768U, 131072U}) {
      CAPTURE(size);
      const auto text = json_like(random, size);
      for (int i = 0; i < 3; ++i) {
        CHECK(connection.echo(Opcode::text, text, text.size() + 1, 65536) ==
              Transcript{"text:" + text});
      }
      const auto binary = random.bytes(size);
      CHECK(connection.echo(Opcode::binary, binary, 256, 1 + random.below(2000)) ==
            Transcript{"binary:" + binary});
    }
  }
}

TEST_CASE("12.1: a compressed message of 16 MiB comes back") {
  CompressedEcho connection("permessage-deflate");
  const std::string text(std::size_t{16} << 20U, '*');
  const auto transcript = connection.echo(Opcode::text, text, text.size(), 65536);
  REQUIRE(transcript.size() == 1);
  CHECK(transcript[0] == "text:" + text);
}

TEST_CASE("messages that are not compressed are still welcome (RFC 7692, 6)") {
  CompressedEcho connection("permessage-deflate");
  CHECK(connection.echo(Opcode::text, "Hello", 99, 99) == Transcript{"text:Hello"});
  CHECK(connection.send(frame({Opcode::text}, "Hello"), 99) == Transcript{"text:Hello"});
  CHECK(connection.echo(Opcode::text, "Hello", 2, 1) == Transcript{"text:Hello"});
}

TEST_CASE("control frames pass between the fragments of a compressed message, uncompressed") {
  CompressedEcho connection("permessage-deflate");
  // RFC 7692, 7.2.3.1
  const auto bytes = frame({Opcode::text, false, true}, "\xf2\x48\xcd") +
                     frame({Opcode::ping}, "p") +
                     frame({Opcode::continuation}, std::string_view("\xc9\xc9\x07\x00", 4));
  CHECK(connection.send(bytes, 1) == Transcript{"pong:p", "text:Hello"});
}

TEST_CASE("what breaks the rules of compression fails the connection") {
  struct Row {
    std::string_view name;
    std::string bytes;
    std::string expected;
  };
  const Row rows[] = {
      {"RSV1 on a continuation",
       frame({Opcode::text, false, true}, "\xf2\x48\xcd") + raw_frame(0xC0, "\xc9"),
       protocol_error},
      {"RSV1 on a ping", raw_frame(0xC9, ""), protocol_error},
      {"RSV2", raw_frame(0xA1, ""), protocol_error},
      {"no deflate", frame({Opcode::text, true, true}, "\xFF\xFF\xFF\xFF"), invalid_payload},
      {"ends too early", frame({Opcode::text, true, true}, "\xf2\x48\xcd"), invalid_payload},
      {"inflates to what is no UTF-8",
       frame({Opcode::text, true, true}, std::string_view("\x00\x01\x00\xfe\xff\xff\x00", 7)),
       invalid_payload},
      {"a reference to before the first message",
       frame({Opcode::text, true, true}, std::string_view("\xf2\x00\x11\x00\x00", 5)),
       invalid_payload},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    for (const std::size_t piece_bytes : {1U, 2U, 100U}) {
      CompressedEcho connection("permessage-deflate");
      CHECK(connection.send(row.bytes, piece_bytes) == Transcript{row.expected});
    }
  }
}

}  // namespace weir::tests::conformance
