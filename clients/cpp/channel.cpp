#include "clients/cpp/channel.hpp"

#include "protocol/websocket/frame_encoder.hpp"

namespace weir::clients::cpp {
namespace {

using protocol::Retry;
using protocol::Unexpected;
namespace websocket = protocol::websocket;

constexpr std::uint16_t no_code = 1005;  // RFC 6455, 7.1.5

Unexpected<ChannelFault> fault(Retry retry, std::string text) {
  return Unexpected(ChannelFault{retry, std::move(text)});
}

/// 5xx and 429 pass; the rest is a wrong address or a refusal.
Retry retry_after(unsigned status) {
  constexpr unsigned too_many_requests = 429;
  constexpr unsigned server_errors = 500;
  return status == too_many_requests || status >= server_errors ? Retry::yes : Retry::no;
}

std::string refusal(const HttpResponse& response) {
  auto text = "The server refused the WebSocket: HTTP status " + std::to_string(response.status);
  if (!response.reason.empty()) text.append(" ").append(response.reason);
  constexpr unsigned not_found = 404;
  if (response.status == not_found)
    text.append("; is the path of the URL right? A gateway's is /ws");
  return text.append(".");
}

}  // namespace

Channel::Channel(const Url& url, const protocol::native::ClientCodec& codec, RandomSource random)
    : host_(url.authority()), target_(url.target), codec_(codec), random_(std::move(random)) {
  for (auto& byte : nonce_) byte = static_cast<std::uint8_t>(random_());
  output_ = websocket::to_http(request({codec_.subprotocol()}));
}

websocket::ClientRequest Channel::request(const Offered& offered) const {
  return {.host = host_, .target = target_, .nonce = nonce_, .subprotocols = offered};
}

Channel::Step Channel::next(protocol::MutableByteView& in) {
  return assembler_ ? next_frame(in) : next_head(in);
}

Channel::Step Channel::next_head(protocol::MutableByteView& in) {
  const auto response = head_.next(in);
  if (!response) return fault(Retry::no, response.error());
  if (!*response) return std::optional<ChannelEvent>();
  const auto& head = **response;
  constexpr unsigned switching_protocols = 101;
  if (head.status != switching_protocols) return fault(retry_after(head.status), refusal(head));
  const auto connection = head.header("Connection");
  const auto upgrade = head.header("Upgrade");
  const auto accept = head.header("Sec-WebSocket-Accept");
  const auto chosen = head.header("Sec-WebSocket-Protocol");
  const auto extensions = head.header("Sec-WebSocket-Extensions");
  const Offered offered{codec_.subprotocol()};
  const auto agreement = websocket::check_response(
      {head.status, connection, upgrade, accept, chosen, extensions}, request(offered));
  if (!agreement) return fault(Retry::no, agreement.error());
  if (agreement->subprotocol.empty()) {
    return fault(Retry::no,
                 "A WebSocket server is there, but no gateway: it does not speak " +
                     std::string(codec_.subprotocol()) + ".");
  }
  assembler_.emplace(websocket::Role::client, limits, std::nullopt);
  return std::optional<ChannelEvent>(ChannelOpened{});
}

Channel::Step Channel::next_frame(protocol::MutableByteView& in) {
  for (;;) {
    const auto inbound = assembler_->next(in);
    if (!inbound) {
      const auto& wrong = websocket::info(inbound.error());
      close(protocol::info(wrong.reason).code, protocol::info(wrong.reason).name);
      return fault(Retry::yes,
                   "The server broke the WebSocket protocol: " + std::string(wrong.text));
    }
    if (!*inbound) return std::optional<ChannelEvent>();
    if (const auto* message = std::get_if<websocket::Message>(&**inbound)) {
      return std::optional<ChannelEvent>(ChannelMessage{message->type, message->payload});
    }
    if (const auto* end = std::get_if<websocket::Close>(&**inbound))
      return std::optional(on_close(*end));
    const auto* ping = std::get_if<websocket::Ping>(&**inbound);
    if (ping != nullptr && closing_.may_send()) send(websocket::Opcode::pong, ping->payload);
  }
}

ChannelEvent Channel::on_close(const websocket::Close& close) {
  if (closing_.on_received() == websocket::CloseHandshake::Answer::echo) {
    send(websocket::Opcode::close,
         close.code ? websocket::close_payload(*close.code, {}) : std::string());
  }
  return ChannelClosed{close.code.value_or(no_code), std::string(close.reason)};
}

void Channel::send_message(std::string_view message) {
  const bool is_text = codec_.message_type() == protocol::MessageType::text;
  if (is_open()) send(is_text ? websocket::Opcode::text : websocket::Opcode::binary, message);
}

void Channel::close(std::uint16_t code, std::string_view reason) {
  if (!assembler_ || !closing_.start()) return;
  send(websocket::Opcode::close, websocket::close_payload(code, reason));
  assembler_->ignore_data();
}

void Channel::send(websocket::Opcode opcode, std::string_view payload) {
  const auto bits = random_();
  websocket::MaskKey key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key.at(i) = static_cast<std::uint8_t>(bits >> (8 * i));
  websocket::append_masked_frame(output_, {.opcode = opcode}, payload, key);
}

}  // namespace weir::clients::cpp
