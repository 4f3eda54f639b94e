#include "tests/bench/load/subscriber.hpp"

#include "protocol/websocket/client_handshake.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <variant>

namespace weir::tests::bench {

namespace websocket = protocol::websocket;

namespace {

constexpr std::array<std::string_view, 1> subprotocols{"weir.v1.json"};
constexpr websocket::MessageLimits limits{.message_bytes_max = std::size_t{1} << 20U,
                                          .wire_bytes_max = std::uint64_t{1} << 21U};
constexpr std::size_t response_bytes_max = 16 * 1024;
/// Enough to see what is wrong without drowning in it.
constexpr std::uint64_t refusals_shown_max = 5;

/// Loopback only, so neither the key nor the mask has to keep anybody out.
constexpr websocket::MaskKey mask{0x1d, 0x5a, 0x93, 0xe7};

websocket::ClientRequest request_for(const Subscription& subscription) {
  return {
      .host = subscription.host, .target = "/ws", .nonce = {1, 2, 3}, .subprotocols = subprotocols};
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return (a | 0x20) == (b | 0x20);
  });
}

void read_header(std::string_view line, websocket::ServerResponse& response) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  if (equals_ignoring_case(name, "connection")) response.connection = value;
  if (equals_ignoring_case(name, "upgrade")) response.upgrade = value;
  if (equals_ignoring_case(name, "sec-websocket-accept")) response.accept = value;
  if (equals_ignoring_case(name, "sec-websocket-protocol")) response.subprotocol = value;
  if (equals_ignoring_case(name, "sec-websocket-extensions")) response.extensions = value;
}

/// `head`: from the status line to the empty line.
websocket::ServerResponse parse_response(std::string_view head) {
  websocket::ServerResponse response;
  constexpr std::string_view version = "HTTP/1.1 ";
  if (head.starts_with(version)) {
    std::from_chars(head.data() + version.size(), head.data() + head.size(), response.status);
  }
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    read_header(head.substr(0, end), response);
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return response;
}

}  // namespace

Subscriber::Subscriber(const Subscription& subscription, Tally& tally)
    : subscription_(subscription),
      tally_(tally),
      assembler_(websocket::Role::client, limits, std::nullopt),
      output_(websocket::to_http(request_for(subscription))) {
}

bool Subscriber::on_bytes(protocol::MutableByteView bytes, std::int64_t now) {
  if (state_ == State::upgrading) bytes = take_response(bytes);
  if (state_ >= State::subscribing) tally_.received_bytes += bytes.size();
  while (state_ != State::ended) {
    auto next = assembler_.next(bytes);
    if (!next) {
      refuse("a bad frame");
      break;
    }
    if (!*next) break;
    if (const auto* message = std::get_if<websocket::Message>(&**next)) {
      on_message(message->payload, now);
    } else if (const auto* ping = std::get_if<websocket::Ping>(&**next)) {
      send_frame(websocket::Opcode::pong, ping->payload);
    } else if (std::holds_alternative<websocket::Close>(**next)) {
      on_end();
    }
  }
  return state_ != State::ended;
}

void Subscriber::on_end() {
  if (state_ == State::ended) return;
  state_ = State::ended;
  ++tally_.closed;
}

/// What is left for the frame decoder.
protocol::MutableByteView Subscriber::take_response(protocol::MutableByteView bytes) {
  constexpr std::string_view end_mark = "\r\n\r\n";
  const std::size_t before = response_.size();
  response_ += protocol::as_text(bytes);
  const std::size_t end = response_.find(end_mark);
  if (end == std::string::npos) {
    if (response_.size() > response_bytes_max) refuse("a response without an end");
    return {};
  }
  const auto agreed = websocket::check_response(
      parse_response(std::string_view(response_).substr(0, end + 2)), request_for(subscription_));
  if (!agreed) {
    refuse(agreed.error());
    return {};
  }
  response_ = {};
  state_ = State::subscribing;
  send_frame(websocket::Opcode::text,
             R"({"op":"subscribe","id":1,"filter":")" + subscription_.topic + R"(","delivery":")" +
                 subscription_.delivery + R"("})");
  return bytes.subspan(end + end_mark.size() - before);
}

void Subscriber::on_message(std::string_view message, std::int64_t now) {
  if (const auto stamp = find_stamp(message)) {
    tally_.count(stamp->sequence, last_sequence_, now - stamp->sent_ns);
    return;
  }
  if (message.find(R"("op":"gap")") != std::string_view::npos) ++tally_.gaps;
  if (message.find(R"("ok":false)") != std::string_view::npos ||
      message.find(R"("op":"error")") != std::string_view::npos) {
    refuse(message);
  } else if (message.find(R"("re":1)") != std::string_view::npos) {
    state_ = State::live;
  }
}

void Subscriber::send_frame(websocket::Opcode opcode, std::string_view payload) {
  websocket::append_masked_frame(output_, {.opcode = opcode}, payload, mask);
}

void Subscriber::refuse(std::string_view why) {
  if (tally_.refusals++ < refusals_shown_max) {
    std::fprintf(stderr, "refused: %.*s\n", static_cast<int>(why.size()), why.data());
  }
  on_end();
}

}  // namespace weir::tests::bench
