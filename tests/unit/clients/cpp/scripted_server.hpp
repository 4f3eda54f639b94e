#pragma once

#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/handshake.hpp"
#include "protocol/websocket/message_assembler.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <functional>
#include <string>
#include <thread>

namespace weir::clients::cpp {

/// A server on loopback that takes connections one after the other and answers each text by a
/// script. It ends when the script ends the last of them; every read is bounded by the test's end,
/// because the client closes its socket then.
class ScriptedServer {
public:
  /// What the script can do with the connection that a text came on.
  class Peer {
  public:
    explicit Peer(boost::asio::ip::tcp::socket& socket) : socket_(&socket) {}
    void text(std::string_view payload) { frame(protocol::websocket::Opcode::text, payload); }
    void frame(protocol::websocket::Opcode opcode, std::string_view payload) {
      std::string out;
      protocol::websocket::append_frame(out, {.opcode = opcode}, payload);
      raw(out);
    }
    void raw(std::string_view bytes) {
      boost::system::error_code ignored;
      boost::asio::write(*socket_, boost::asio::buffer(bytes), ignored);
    }
    /// Ends the connection without a close frame.
    void cut() { is_cut_ = true; }
    [[nodiscard]] bool is_cut() const { return is_cut_; }

  private:
    boost::asio::ip::tcp::socket* socket_;
    bool is_cut_ = false;
  };
  /// Gets the number of the connection, from 0, and what came: a text, or "close" with its code.
  using Script = std::function<void(int connection, const std::string& text, Peer& peer)>;

  ScriptedServer(int connections, Script script)
      : script_(std::move(script)), thread_([this, connections] { run(connections); }) {}
  ~ScriptedServer() { thread_.join(); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  void run(int connections) {
    for (int connection = 0; connection < connections; ++connection) {
      boost::asio::ip::tcp::socket socket(context_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (error) return;
      serve(connection, socket);
    }
  }

  void serve(int connection, boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code error;
    std::string head;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(head), "\r\n\r\n", error);
    if (error) return;
    const std::string_view name = "Sec-WebSocket-Key: ";
    const auto at = head.find(name) + name.size();
    const auto key = head.substr(at, head.find('\r', at) - at);
    Peer peer(socket);
    peer.raw(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Protocol: weir.v1.json\r\nSec-WebSocket-Accept: " +
        protocol::websocket::accept_key(key) + "\r\n\r\n");
    const protocol::websocket::MessageLimits limits;
    protocol::websocket::MessageAssembler assembler(
        protocol::websocket::Role::server, limits, std::nullopt);
    std::array<std::uint8_t, 4096> buffer{};
    while (!peer.is_cut()) {
      const auto bytes = socket.read_some(boost::asio::buffer(buffer), error);
      if (error) return;
      protocol::MutableByteView in(buffer.data(), bytes);
      while (auto inbound = assembler.next(in)) {
        if (!*inbound) break;
        if (const auto* message = std::get_if<protocol::websocket::Message>(&**inbound)) {
          script_(connection, std::string(message->payload), peer);
        } else if (const auto* close = std::get_if<protocol::websocket::Close>(&**inbound)) {
          script_(connection, "close " + std::to_string(close->code.value_or(0)), peer);
        }
      }
    }
  }

  Script script_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

}  // namespace weir::clients::cpp
