#include "tests/bench/load/subscriber.hpp"

#include "protocol/websocket/frame_encoder.hpp"
#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <span>
#include <utility>
#include <variant>

namespace weir::tests::bench {

namespace websocket = protocol::websocket;

namespace {

/// Servers that join what is pending into one message make large ones for who is behind.
constexpr websocket::MessageLimits limits{.message_bytes_max = std::size_t{1} << 28U,
                                          .wire_bytes_max = std::uint64_t{1} << 29U};
constexpr std::size_t response_bytes_max = 16 * 1024;
/// Enough to see what is wrong without drowning in it.
constexpr std::uint64_t refusals_shown_max = 5;

/// Loopback only, so neither the key nor the mask has to keep anybody out.
constexpr websocket::MaskKey mask{0x1d, 0x5a, 0x93, 0xe7};

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

Subscriber::Subscriber(std::string host,
                       std::unique_ptr<Dialect> dialect,
                       Tally& tally,
                       TopicSlice topics)
    : host_(std::move(host)),
      dialect_(std::move(dialect)),
      upgrade_(dialect_->upgrade()),
      tally_(tally),
      assembler_(websocket::Role::client, limits, std::nullopt),
      output_(websocket::to_http(request())),
      topics_(topics),
      last_sequences_(topics.count) {
}

websocket::ClientRequest Subscriber::request() const {
  const std::span<const std::string_view> subprotocols(&upgrade_.subprotocol,
                                                       upgrade_.subprotocol.empty() ? 0 : 1);
  websocket::ClientRequest request{
      .host = host_, .target = upgrade_.target, .nonce = {1, 2, 3}, .subprotocols = subprotocols};
  if (upgrade_.offers_deflate) request.deflate.emplace();
  return request;
}

bool Subscriber::on_bytes(protocol::MutableByteView bytes, std::int64_t now) {
  now_ = now;
  if (state_ == State::upgrading) bytes = take_response(bytes);
  if (state_ >= State::subscribing) tally_.received_bytes += bytes.size();
  while (state_ != State::ended) {
    auto next = assembler_.next(bytes);
    if (!next) {
      on_refusal("a bad frame");
      break;
    }
    if (!*next) break;
    if (const auto* message = std::get_if<websocket::Message>(&**next)) {
      dialect_->on_message(message->payload, *this);
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

void Subscriber::on_tick() {
  if (state_ == State::live) dialect_->on_tick(*this);
}

/// What is left for the frame decoder.
protocol::MutableByteView Subscriber::take_response(protocol::MutableByteView bytes) {
  constexpr std::string_view end_mark = "\r\n\r\n";
  const std::size_t before = response_.size();
  response_ += protocol::as_text(bytes);
  const std::size_t end = response_.find(end_mark);
  if (end == std::string::npos) {
    if (response_.size() > response_bytes_max) on_refusal("a response without an end");
    return {};
  }
  const auto agreed = websocket::check_response(
      parse_response(std::string_view(response_).substr(0, end + 2)), request());
  if (!agreed) {
    on_refusal(agreed.error());
    return {};
  }
  response_ = {};
  assembler_ = websocket::MessageAssembler(websocket::Role::client, limits, agreed->deflate);
  state_ = State::subscribing;
  dialect_->on_open(*this);
  return bytes.subspan(end + end_mark.size() - before);
}

void Subscriber::on_delivery(std::string_view data) {
  const auto stamp = find_stamp(data);
  if (!stamp) return;
  const std::size_t index = (stamp->topic + topics_.of - topics_.first) % topics_.of;
  if (stamp->topic >= topics_.of || index >= topics_.count) {
    return on_refusal("a topic that was not asked for");
  }
  tally_.count(
      stamp->sequence, last_sequences_[index], {.read_ns = now_, .sent_ns = stamp->sent_ns});
}

void Subscriber::send_frame(websocket::Opcode opcode, std::string_view payload) {
  websocket::append_masked_frame(output_, {.opcode = opcode}, payload, mask);
}

void Subscriber::on_refusal(std::string_view why) {
  if (tally_.refusals++ < refusals_shown_max) {
    std::fprintf(stderr, "refused: %.*s\n", static_cast<int>(why.size()), why.data());
  }
  on_end();
}

}  // namespace weir::tests::bench
