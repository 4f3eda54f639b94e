#include "gateway/net/echo_endpoint.hpp"

#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace weir::gateway::net {
namespace {

using protocol::MessageType;
using protocol::websocket::DeflateParameters;

struct Port final : session::ConnectionPort {
  void request_flush() override { ++flushes; }
  void request_close(protocol::CloseReason /*reason*/) override { FAIL("an echo never closes"); }
  int flushes = 0;
};

struct Fixture {
  explicit Fixture(const std::optional<DeflateParameters>& deflate = {})
      : echo(port, deflate), client(protocol::websocket::Role::client, limits, deflate) {}

  /// Bytes of the pull, and what they say.
  std::size_t pull(std::size_t budget_bytes, tests::Transcript& words) {
    WriteBatch batch;
    echo.pull(budget_bytes, batch, {});
    tests::TranscriptReader reader(client);
    for (const auto& block : batch.blocks) reader.read(block.view());
    words.insert(words.end(), reader.transcript().begin(), reader.transcript().end());
    return batch.bytes;
  }

  Port port;
  EchoEndpoint echo;
  protocol::websocket::MessageLimits limits{.message_bytes_max = 1 << 20,
                                            .wire_bytes_max = 1 << 21};
  protocol::websocket::MessageAssembler client;
};

}  // namespace

TEST_CASE("messages come back in order with their types") {
  Fixture f;
  f.echo.on_message(MessageType::text, "a", {});
  f.echo.on_message(MessageType::binary, std::string(1, '\0'), {});
  f.echo.on_message(MessageType::text, "", {});
  CHECK(f.port.flushes == 3);
  tests::Transcript words;
  f.pull(1000, words);
  CHECK(words == tests::Transcript{"text:a", "binary:" + std::string(1, '\0'), "text:"});
  CHECK(f.pull(1000, words) == 0);
}

TEST_CASE("a pull stays within its budget, but carries a frame") {
  Fixture f;
  for (int i = 0; i < 5; ++i) f.echo.on_message(MessageType::binary, std::string(98, 'x'), {});
  tests::Transcript words;
  const auto before = f.port.flushes;
  CHECK(f.pull(250, words) == 200);
  CHECK(f.port.flushes == before + 1);  // there is more
  CHECK(f.pull(1, words) == 100);
  CHECK(f.pull(200, words) == 200);
  CHECK(f.port.flushes == before + 2);
  CHECK(words.size() == 5);
}

TEST_CASE("a peer that does not take its echoes is not read from") {
  Fixture f;
  CHECK(f.echo.wants_input());
  f.echo.on_message(MessageType::binary, std::string(100'000, 'x'), {});
  CHECK_FALSE(f.echo.wants_input());
  tests::Transcript words;
  f.pull(1, words);
  CHECK(f.echo.wants_input());
}

TEST_CASE("echoes are compressed where that was agreed") {
  for (const auto takeover :
       {protocol::websocket::ContextTakeover::no, protocol::websocket::ContextTakeover::yes}) {
    Fixture f(DeflateParameters{.server_window_bits = 9, .server_takeover = takeover});
    tests::Transcript words;
    const std::string message(10'000, 'x');
    f.echo.on_message(MessageType::text, message, {});
    f.echo.on_message(MessageType::text, "", {});
    CHECK(f.pull(100'000, words) < 200);
    CHECK(words == tests::Transcript{"text:" + message, "text:"});
  }
}

}  // namespace weir::gateway::net
