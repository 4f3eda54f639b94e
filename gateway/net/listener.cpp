#include "gateway/net/listener.hpp"

#include "gateway/net/tls_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace weir::gateway::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);
constexpr int backlog = 4096;
/// Unsent bytes in the kernel: what is not there yet can still be conflated.
constexpr int unsent_bytes = 4096;
/// For unacknowledged bytes; a dead link is noticed by then, at the latest.
constexpr std::int64_t user_timeout_min_ms = 30'000;

void set(int descriptor, int level, int name, int value) {
  if (::setsockopt(descriptor, level, name, &value, sizeof value) == 0) return;
  throw boost::system::system_error(errno, boost::system::system_category(), "setsockopt");
}

/// Accepted sockets inherit all of it, so that an accept is one system call.
void set_options(int descriptor, const Listener::Options& options) {
  set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (options.reuses_port) set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_bytes);
  const auto user_timeout_ms = std::max(user_timeout_min_ms, 2 * options.write_progress_ms);
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(user_timeout_ms));
}

bool is_out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

class Listener::Impl {
public:
  Impl(asio::io_context& io, const Options& options, std::function<void()> on_waiting)
      : acceptor_(io), pause_(io), on_waiting_(std::move(on_waiting)) {
    const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
    acceptor_.open(endpoint.protocol());
    set_options(acceptor_.native_handle(), options);
    acceptor_.bind(endpoint);
    acceptor_.listen(backlog);
    acceptor_.non_blocking(true);
    wait();
  }

  Result accept(const TlsContext* tls) {
    tcp::endpoint peer;
    while (acceptor_.is_open()) {
      auto size = static_cast<socklen_t>(peer.capacity());
      const int descriptor =
          ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor >= 0) {
        auto stream =
            tls == nullptr ? make_tcp_stream(descriptor) : make_tls_stream(descriptor, *tls);
        if (!stream) continue;
        return {.connection = Connection{std::move(stream), text_of(peer.address())}};
      }
      if (is_out_of_resources(errno)) {
        is_paused_ = true;
        return {.connection = {}, .failure = Failure::no_descriptor};
      }
      if (errno == EAGAIN) break;
      // The connection went away while it waited; the next one may still be there.
    }
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void stop() {
    boost::system::error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    pause_.cancel();
  }

private:
  static std::string text_of(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
  }

  void wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [this](const auto& error) {
      if (error) return;
      on_waiting_();
      if (!acceptor_.is_open()) return;
      if (std::exchange(is_paused_, false)) return pause();
      wait();
    });
  }

  void pause() {
    pause_.expires_after(pause_without_descriptors);
    pause_.async_wait([this](const auto& error) {
      if (!error) wait();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::function<void()> on_waiting_;
  bool is_paused_ = false;
};

Listener::Listener(asio::io_context& io, const Options& options, std::function<void()> on_waiting) {
  try {
    impl_ = std::make_unique<Impl>(io, options, std::move(on_waiting));
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + options.address + " port " +
                             std::to_string(options.port) + ": " + error.code().message());
  }
}

Listener::~Listener() = default;

Listener::Result Listener::accept(const TlsContext* tls) {
  return impl_->accept(tls);
}
std::uint16_t Listener::port() const {
  return impl_->port();
}
void Listener::stop() {
  impl_->stop();
}

}  // namespace weir::gateway::net
