// The server that most would write first: one thread, Beast's WebSocket stream, a queue of shared
// texts per client and one write per text. What Weir's speed is compared with.
//
// What it does not do, and a gateway must: no limits on anything (a slow client's queue grows for
// ever), no offsets, no gaps, no snapshots or history, no patterns, no conflation, no rights, no
// heartbeats that a page can see, no metrics, no orderly end. Its deliveries look like Weir's, so
// that both send the same bytes.
//
// What it is given, so that the comparison is fair: TCP_NODELAY, one shared text for all clients,
// no deflate, release flags. It keeps the timeouts that Beast suggests for servers, as Weir keeps
// its deadlines.
#include "tests/bench/baseline/client_session.hpp"
#include "tests/bench/baseline/feed_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>

namespace {

using boost::asio::ip::tcp;

template <class Session>
void accept_next(tcp::acceptor& acceptor, weir::tests::bench::FanOut& fan_out) {
  acceptor.async_accept([&](boost::system::error_code failed, tcp::socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (!failed) std::make_shared<Session>(std::move(socket), fan_out)->run();
    accept_next<Session>(acceptor, fan_out);
  });
}

}  // namespace

int main() {
  boost::asio::io_context context(1);
  weir::tests::bench::FanOut fan_out;
  const tcp::endpoint any_port(boost::asio::ip::address_v4::loopback(), 0);
  tcp::acceptor clients(context, any_port);
  tcp::acceptor feeds(context, any_port);
  clients.listen(4096);
  accept_next<weir::tests::bench::ClientSession>(clients, fan_out);
  accept_next<weir::tests::bench::FeedSession>(feeds, fan_out);
  std::printf("listening client ws://127.0.0.1:%u/ws\n", clients.local_endpoint().port());
  std::printf("listening adapter:feed tcp://127.0.0.1:%u\n", feeds.local_endpoint().port());
  std::fflush(stdout);

  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([](boost::system::error_code, int) { std::_Exit(0); });
  context.run();
}
