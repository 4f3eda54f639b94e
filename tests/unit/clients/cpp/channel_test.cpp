#include "clients/cpp/channel.hpp"

#include "protocol/websocket/frame_encoder.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::clients::cpp {
namespace {

namespace websocket = protocol::websocket;
using websocket::Opcode;

constexpr std::string_view subprotocol = "weir.v1.json";

/// A channel and the server that it talks to.
struct Stage {
  std::uint64_t random = 0;
  Channel channel{{"host", 8080, "/ws"}, protocol::native::json_client_codec(), [this] {
                    return ++random * 0x0101010101010101U;
                  }};
  std::vector<std::string>
      transcript;  ///< "opened", "text:...", "closed:1012:restart", "fault:..."
  bool may_retry = false;

  void read(std::string bytes) {
    protocol::MutableByteView in = protocol::as_mutable_bytes(bytes);
    for (;;) {
      const auto event = channel.next(in);
      if (!event) {
        may_retry = event.error().retry == protocol::Retry::yes;
        transcript.push_back("fault:" + event.error().text);
        return;
      }
      if (!*event) return;
      transcript.push_back(to_words(**event));
    }
  }

  static std::string to_words(const ChannelEvent& event) {
    if (const auto* message = std::get_if<ChannelMessage>(&event)) {
      return (message->type == protocol::MessageType::text ? "text:" : "binary:") +
             std::string(message->payload);
    }
    if (const auto* closed = std::get_if<ChannelClosed>(&event)) {
      return "closed:" + std::to_string(closed->code) + ":" + closed->reason;
    }
    return "opened";
  }

  /// The server's answer to the channel's request.
  std::string accept(std::string_view chosen = subprotocol) {
    const auto request = channel.take_output();
    const std::string_view name = "Sec-WebSocket-Key: ";
    const auto at = request.find(name) + name.size();
    const auto key = request.substr(at, request.find('\r', at) - at);
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    answer.append("Sec-WebSocket-Accept: ").append(websocket::accept_key(key)).append("\r\n");
    if (!chosen.empty()) answer.append("Sec-WebSocket-Protocol: ").append(chosen).append("\r\n");
    return answer.append("\r\n");
  }

  /// What the channel has sent, as the server reads it.
  std::vector<std::string> sent() {
    std::vector<std::string> words;
    std::string bytes = channel.take_output();
    protocol::MutableByteView in = protocol::as_mutable_bytes(bytes);
    websocket::FrameDecoder decoder(websocket::Role::server,
                                    websocket::FrameDecoder::Compression::none);
    while (!in.empty()) {
      const auto piece = decoder.next(in);
      REQUIRE(piece.has_value());
      REQUIRE(piece->has_value());
      const auto opcode = std::to_string(static_cast<int>((*piece)->header.opcode));
      words.push_back(opcode + ":" + std::string(protocol::as_text((*piece)->payload)));
    }
    return words;
  }
};

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  websocket::append_frame(out, {.opcode = opcode}, payload);
  return out;
}

using Words = std::vector<std::string>;

std::string refused_with(const std::string& status_line, bool& may_retry) {
  Stage stage;
  stage.read("HTTP/1.1 " + status_line + "\r\nContent-Length: 0\r\n\r\n");
  may_retry = stage.may_retry;
  return stage.transcript.empty() ? std::string() : stage.transcript.back();
}

}  // namespace

TEST_CASE("the request asks the right host for our subprotocol") {
  Stage stage;
  const auto request = stage.channel.take_output();
  CHECK(request.starts_with("GET /ws HTTP/1.1\r\n"));
  CHECK(request.find("Host: host:8080\r\n") != std::string::npos);
  CHECK(request.find("Sec-WebSocket-Protocol: weir.v1.json\r\n") != std::string::npos);
  CHECK(stage.channel.take_output().empty());
}

TEST_CASE("messages come out however the bytes are split, handshake included") {
  Stage whole;
  const auto bytes = whole.accept() + frame(Opcode::text, "one") + frame(Opcode::ping, "p") +
                     frame(Opcode::binary, "two") + frame(Opcode::pong, "");
  whole.read(bytes);
  const Words expected{"opened", "text:one", "binary:two"};
  CHECK(whole.transcript == expected);
  CHECK(whole.sent() == Words{"10:p"});
  Stage dripped;
  for (const char byte : dripped.accept() + bytes.substr(bytes.find("\r\n\r\n") + 4))
    dripped.read({byte});
  CHECK(dripped.transcript == expected);
  CHECK(dripped.sent() == Words{"10:p"});
}

TEST_CASE("texts are sent masked, each with a key of its own") {
  Stage stage;
  stage.read(stage.accept());
  stage.channel.send_message("hello");
  stage.channel.send_message("hello");
  auto bytes = stage.channel.take_output();
  CHECK(bytes.size() == 2 * (6 + 5));
  CHECK(bytes.substr(0, 11) != bytes.substr(11));
  stage.channel.send_message("hello");
  CHECK(stage.sent() == Words{"1:hello"});
}

TEST_CASE("a close frame of the server is answered with its code") {
  Stage stage;
  stage.read(stage.accept() + frame(Opcode::close, websocket::close_payload(1012, "restart")) +
             frame(Opcode::text, "late"));
  CHECK(stage.transcript == Words{"opened", "closed:1012:restart"});
  CHECK(stage.channel.is_through());
  CHECK(!stage.channel.is_open());
  CHECK(stage.sent() == Words{"8:" + websocket::close_payload(1012, "")});
  stage.channel.send_message("too late");
  stage.channel.close(1000, "");
  CHECK(stage.channel.take_output().empty());
}

TEST_CASE("a close frame may say nothing") {
  Stage stage;
  stage.read(stage.accept() + frame(Opcode::close, ""));
  CHECK(stage.transcript.back() == "closed:1005:");
  CHECK(stage.sent() == Words{"8:"});
}

TEST_CASE("our own close waits for the server's, and drops what comes before it") {
  Stage stage;
  stage.read(stage.accept());
  stage.channel.close(1000, "bye");
  stage.channel.close(1000, "again");
  CHECK(stage.sent() == Words{"8:" + websocket::close_payload(1000, "bye")});
  CHECK(!stage.channel.is_through());
  stage.read(frame(Opcode::text, "under way") + frame(Opcode::ping, ""));
  stage.read(frame(Opcode::close, websocket::close_payload(1000, "")));
  CHECK(stage.transcript == Words{"opened", "closed:1000:"});
  CHECK(stage.channel.is_through());
  CHECK(stage.channel.take_output().empty());
}

TEST_CASE("before the handshake is through there is nothing to close") {
  Stage stage;
  (void)stage.channel.take_output();
  stage.channel.close(1000, "bye");
  stage.channel.send_message("early");
  CHECK(stage.channel.take_output().empty());
}

TEST_CASE("who answers with another status says whether to come back") {
  bool may_retry = false;
  CHECK(refused_with("404 Not Found", may_retry).find("404 Not Found; is the path") !=
        std::string::npos);
  CHECK(!may_retry);
  CHECK(refused_with("403 Forbidden", may_retry) ==
        "fault:The server refused the WebSocket: HTTP status 403 Forbidden.");
  CHECK(!may_retry);
  CHECK(refused_with("503", may_retry) ==
        "fault:The server refused the WebSocket: HTTP status 503.");
  CHECK(may_retry);
  (void)refused_with("429 Too Many Requests", may_retry);
  CHECK(may_retry);
}

TEST_CASE("a WebSocket server that is no gateway is told apart") {
  Stage stage;
  stage.read(stage.accept(""));
  REQUIRE(stage.transcript.size() == 1);
  CHECK(stage.transcript.back().find("no gateway") != std::string::npos);
  Stage other;
  other.read(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: AAAA\r\nSec-WebSocket-Protocol: weir.v1.json\r\n\r\n");
  REQUIRE(other.transcript.size() == 1);
  CHECK(other.transcript.back().find("does not belong to our key") != std::string::npos);
}

TEST_CASE("a frame that breaks the protocol ends the connection with its code") {
  Stage stage;
  stage.read(stage.accept() + "\xc1\x01x");
  CHECK(stage.transcript.back().find("fault:The server broke the WebSocket protocol") == 0);
  CHECK(stage.may_retry);
  CHECK(stage.sent() == Words{"8:" + websocket::close_payload(1002, "protocol_error")});
}

}  // namespace weir::clients::cpp
