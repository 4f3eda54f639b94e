#pragma once

#include "tests/integration/net/front_end_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::tests::net {

/// A peer on a real socket that sends any bytes and keeps what comes back.
class Client {
public:
  struct Options {
    ListenerRole role = ListenerRole::client;
    std::string from = "127.0.0.1";
    int receive_buffer = 0;  ///< bytes; 0: the system's default
  };

  explicit Client(FrontEndFixture& fixture) : Client(fixture, Options()) {}
  Client(FrontEndFixture& fixture, const Options& options) : fixture_(fixture), socket_(io_) {
    using boost::asio::ip::tcp;
    socket_.open(tcp::v4());
    if (options.receive_buffer > 0) {
      socket_.set_option(tcp::socket::receive_buffer_size(options.receive_buffer));
    }
    socket_.bind({boost::asio::ip::make_address(options.from), 0});
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), fixture.port(options.role)});
    socket_.set_option(tcp::no_delay(true));
    socket_.non_blocking(true);
  }

  /// Sends what the socket takes at once.
  std::size_t send_some(std::string_view bytes) {
    boost::system::error_code error;
    return socket_.write_some(boost::asio::buffer(bytes), error);
  }
  /// Sends all, running the front end while the socket takes nothing.
  void send(std::string_view bytes) {
    CHECK(fixture_.until([&] {
      boost::system::error_code error;
      const auto sent = socket_.write_some(boost::asio::buffer(bytes), error);
      bytes.remove_prefix(sent);
      if (error && error != boost::asio::error::would_block) bytes = {};
      return bytes.empty();
    }));
  }
  /// Takes what has come; false when there was nothing.
  bool receive() {
    std::array<char, 65536> buffer{};
    boost::system::error_code error;
    const auto count = socket_.read_some(boost::asio::buffer(buffer), error);
    received.append(buffer.data(), count);
    if (error == boost::asio::error::eof) has_ended = true;
    if (error == boost::asio::error::connection_reset) was_reset = true;
    return count > 0;
  }
  bool until(const std::function<bool()>& claim) {
    return fixture_.until([&] {
      receive();
      return claim();
    });
  }
  bool until_received(std::string_view text) {
    return until([&] { return received.find(text) != std::string::npos; });
  }
  bool until_over() {
    return until([&] { return has_ended || was_reset; });
  }
  void shut_down() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }
  void close() { socket_.close(); }
  /// The connection ends with a reset.
  void abort() {
    socket_.set_option(boost::asio::socket_base::linger(true, 0));
    socket_.close();
  }

  // WebSocket
  /// Does the handshake. `headers` are added, each ended with CRLF.
  void upgrade(std::string_view path, std::string_view headers = "") {
    send("GET " + std::string(path) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Protocol: weir.v1.json\r\n" +
         std::string(headers) + "\r\n");
    REQUIRE(until_received("\r\n\r\n"));
    response = received.substr(0, received.find("\r\n\r\n") + 4);
    received.erase(0, response.size());
    REQUIRE(response.starts_with("HTTP/1.1 101 "));
  }
  void agree(const websocket::DeflateParameters& deflate) {
    assembler_.emplace(websocket::Role::client, limits_, deflate);
  }
  /// All that was understood of what came so far.
  const Transcript& heard() {
    if (!assembler_) assembler_.emplace(websocket::Role::client, limits_, std::nullopt);
    if (!reader_) reader_.emplace(*assembler_);
    reader_->read(std::exchange(received, {}));
    return reader_->transcript();
  }
  /// Waits until so much was heard; whether it was exactly this.
  bool hears(const Transcript& expected) {
    const bool is_enough = until([&] { return heard().size() >= expected.size(); });
    CHECK(heard() == expected);
    return is_enough && heard() == expected;
  }

  std::string received;
  std::string response;  ///< to the upgrade
  bool has_ended = false;
  bool was_reset = false;

private:
  FrontEndFixture& fixture_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  websocket::MessageLimits limits_{.message_bytes_max = std::size_t{32} << 20U,
                                   .wire_bytes_max = std::uint64_t{64} << 20U};
  std::optional<websocket::MessageAssembler> assembler_;
  std::optional<TranscriptReader> reader_;
};

inline std::string frame(websocket::FrameStart start, std::string_view payload) {
  std::string out;
  websocket::append_masked_frame(out, start, payload, {0x37, 0xfa, 0x21, 0x3d});
  return out;
}
inline std::string text(std::string_view payload) {
  return frame({Opcode::text}, payload);
}
inline std::string close_frame(std::uint16_t code) {
  return frame({Opcode::close}, websocket::close_payload(code, {}));
}

}  // namespace weir::tests::net
