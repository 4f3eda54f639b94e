#pragma once

#include "tests/bench/baseline/fan_out.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace weir::tests::bench {

/// One WebSocket client in the way of Beast's own examples: it keeps itself alive by its handlers,
/// and has a queue of shared texts of which one is being written.
class ClientSession : public std::enable_shared_from_this<ClientSession> {
public:
  ClientSession(boost::asio::ip::tcp::socket socket, FanOut& fan_out);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;
  ~ClientSession();

  void run();
  /// Sends after everything queued before. The queue has no limit.
  void send(SharedText text);

private:
  void read_next();
  void on_request();
  void write_next();

  boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
  boost::beast::flat_buffer buffer_;
  std::deque<SharedText> queue_;
  FanOut& fan_out_;
};

}  // namespace weir::tests::bench
