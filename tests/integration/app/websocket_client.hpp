#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/message_assembler.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace weir::tests::app {

using nlohmann::json;

/// A blocking TCP connection to 127.0.0.1.
class Connection {
public:
  static constexpr std::chrono::seconds patience{20};

  explicit Connection(std::uint16_t port, int receive_buffer_bytes = 0)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(socket_ >= 0);
    if (receive_buffer_bytes > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(int));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool is_open() const { return is_open_; }
  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      REQUIRE(sent > 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// What has come; empty: the other side has ended. Waits for it.
  std::string receive() {
    pollfd wanted{socket_, POLLIN, 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
    REQUIRE(poll(&wanted, 1, static_cast<int>(limit)) == 1);
    std::array<char, 16384> buffer{};
    const auto count = recv(socket_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

private:
  int socket_;
  bool is_open_ = false;
};

/// The body of an answer, with its status.
struct HttpAnswer {
  int status = 0;
  std::string body;
};
inline HttpAnswer http_request(std::uint16_t port,
                               const std::string& request_line,
                               const std::string& body = {}) {
  Connection connection(port);
  REQUIRE(connection.is_open());
  connection.send_all(request_line +
                      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                      "Content-Type: application/json\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
  std::string all;
  for (auto piece = connection.receive(); !piece.empty(); piece = connection.receive()) {
    all += piece;
  }
  REQUIRE(all.starts_with("HTTP/1.1 "));
  return {std::stoi(all.substr(9, 3)), all.substr(all.find("\r\n\r\n") + 4)};
}
inline HttpAnswer http_get(std::uint16_t port, const std::string& path) {
  return http_request(port, "GET " + path);
}

/// One client of the wire protocol, as SPEC.md has it: writes JSON, reads JSON, waits.
class WebSocketClient {
public:
  explicit WebSocketClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : connection_(port, receive_buffer_bytes),
        assembler_(protocol::websocket::Role::client, limits(), std::nullopt) {
    REQUIRE(connection_.is_open());
    connection_.send_all(
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: weir.v1.json\r\n\r\n");
    while (bytes_.find("\r\n\r\n") == std::string::npos) bytes_ += connection_.receive();
    REQUIRE(bytes_.starts_with("HTTP/1.1 101 "));
    bytes_.erase(0, bytes_.find("\r\n\r\n") + 4);
  }

  void send(const json& message) {
    std::string frame;
    protocol::websocket::append_masked_frame(
        frame, {protocol::websocket::Opcode::text}, message.dump(), {0x37, 0xfa, 0x21, 0x3d});
    connection_.send_all(frame);
  }
  /// Sends a request and returns its reply; what comes before it is kept for `next`.
  json request(json message) {
    const auto id = ++last_id_;
    message["id"] = id;
    send(message);
    while (true) {
      auto answer = read();
      REQUIRE(answer);
      if (answer->value("re", std::int64_t{-1}) == id) return *answer;
      waiting_.push_back(std::move(*answer));
    }
  }
  void subscribe(const std::string& filter, json options = json::object()) {
    options["op"] = "subscribe";
    options["filter"] = filter;
    const auto reply = request(options);
    REQUIRE_MESSAGE(reply.value("ok", false), reply.dump());
  }
  /// The next message; none: the connection has ended.
  std::optional<json> next() {
    if (waiting_.empty()) return read();
    auto message = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return message;
  }
  /// Of the close frame, once the connection has ended; 0: there was none.
  [[nodiscard]] int close_code() const { return close_code_; }

private:
  static const protocol::websocket::MessageLimits& limits() {
    static const protocol::websocket::MessageLimits limits{
        .message_bytes_max = std::size_t{8} << 20U, .wire_bytes_max = std::uint64_t{16} << 20U};
    return limits;
  }

  void answer_close() {
    std::string frame;
    protocol::websocket::append_masked_frame(frame,
                                             {protocol::websocket::Opcode::close},
                                             protocol::websocket::close_payload(1000, {}),
                                             {0x37, 0xfa, 0x21, 0x3d});
    connection_.send_all(frame);
  }

  std::optional<json> read() {
    while (true) {
      auto in = protocol::as_mutable_bytes(bytes_);
      const auto before = in.size();
      auto message = assembler_.next(in);
      REQUIRE(message);
      std::optional<json> out;
      bool has_ended = false;
      if (*message) {
        if (const auto* text = std::get_if<protocol::websocket::Message>(&**message)) {
          out = json::parse(text->payload);
        } else if (const auto* close = std::get_if<protocol::websocket::Close>(&**message)) {
          close_code_ = close->code.value_or(0);
          answer_close();
          has_ended = true;
        }
      }
      bytes_.erase(0, before - in.size());
      if (out) return out;
      if (has_ended) return std::nullopt;
      if (*message) continue;
      const auto more = connection_.receive();
      if (more.empty()) return std::nullopt;
      bytes_ += more;
    }
  }

  Connection connection_;
  protocol::websocket::MessageAssembler assembler_;
  std::string bytes_;
  std::vector<json> waiting_;
  std::int64_t last_id_ = 0;
  int close_code_ = 0;
};

}  // namespace weir::tests::app
