#include "adapters/tcp/listener.hpp"

#include "adapters/abi/adapter.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace weir::adapters::tcp {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// After accept has failed, most likely for want of descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

class Listener::Implementation {
public:
  Implementation(boost::asio::io_context& context, const Address& address, Accepted accepted)
      : acceptor_(context), pause_(context), accepted_(std::move(accepted)), address_(address) {
    try {
      const tcp::endpoint endpoint(boost::asio::ip::make_address(address.host), address.port);
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
      address_.port = acceptor_.local_endpoint().port();
    } catch (const boost::system::system_error& error) {
      throw abi::Failure(
          "cannot listen at " + url_of(address, Wire::plain) + ": " + error.code().message(),
          WEIR_ERROR_UNAVAILABLE);
    }
  }

  void accept() {
    acceptor_.async_accept([this](error_code fault, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (fault) {
        wait();
        return;
      }
      accept();
      pass_on(std::move(socket));
    });
  }

  void close() {
    error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    pause_.cancel();
  }

  [[nodiscard]] const Address& address() const { return address_; }

private:
  void wait() {
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](error_code fault) {
      if (!fault && acceptor_.is_open()) accept();
    });
  }

  void pass_on(tcp::socket socket) {
    error_code fault;
    const tcp::endpoint peer = socket.remote_endpoint(fault);
    if (fault) return;  // it is gone already
    const int descriptor = socket.release(fault);
    if (!fault)
      accepted_(descriptor, url_of({peer.address().to_string(), peer.port()}, Wire::plain));
  }

  tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  Accepted accepted_;
  Address address_;
};

Listener::Listener(boost::asio::io_context& context, const Address& address, Accepted accepted)
    : implementation_(std::make_unique<Implementation>(context, address, std::move(accepted))) {
}

Listener::~Listener() = default;

const Address& Listener::address() const {
  return implementation_->address();
}

void Listener::start() {
  implementation_->accept();
}

void Listener::close() {
  implementation_->close();
}

}  // namespace weir::adapters::tcp
