#include "adapters/tcp/dialer.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>
#include <vector>

namespace weir::adapters::tcp {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

}  // namespace

class Dialer::Implementation {
public:
  Implementation(boost::asio::io_context& context,
                 Address address,
                 common::Backoff::Options backoff,
                 Events events)
      : resolver_(context),
        socket_(context),
        timer_(context),
        address_(std::move(address)),
        backoff_(backoff),
        events_(std::move(events)) {}

  void start() {
    if (is_closed_) return;
    is_late_ = false;
    timer_.expires_after(attempt_max);
    timer_.async_wait([this](error_code fault) {
      if (fault || is_closed_) return;
      is_late_ = true;
      resolver_.cancel();
      error_code ignored;
      static_cast<void>(socket_.close(ignored));
    });
    error_code fault;
    const auto numeric = boost::asio::ip::make_address(address_.host, fault);
    if (!fault) {
      connect(std::vector<tcp::endpoint>{tcp::endpoint(numeric, address_.port)});
      return;
    }
    resolver_.async_resolve(
        address_.host,
        std::to_string(address_.port),
        [this](error_code failed, const tcp::resolver::results_type& found) {
          if (is_closed_) return;
          if (failed) {
            wait(is_late_ ? "the name server does not answer" : failed.message());
            return;
          }
          connect({found.begin(), found.end()});
        });
  }

  void lost(const std::string& reason, Was was) {
    if (was == Was::good) backoff_.reset();
    wait(reason);
  }

  void close() {
    is_closed_ = true;
    resolver_.cancel();
    timer_.cancel();
    error_code ignored;
    static_cast<void>(socket_.close(ignored));
  }

private:
  void connect(std::vector<tcp::endpoint> endpoints) {
    endpoints_ = std::move(endpoints);
    boost::asio::async_connect(
        socket_, endpoints_, [this](error_code fault, const tcp::endpoint& /*used*/) {
          if (is_closed_) return;
          timer_.cancel();
          const int descriptor = fault ? -1 : socket_.release(fault);
          if (fault) {
            wait(is_late_ ? "no answer" : fault.message());
          } else {
            events_.connected(descriptor);
          }
        });
  }

  void wait(const std::string& reason) {
    if (is_closed_) return;
    const auto pause = backoff_.next();
    events_.failed(reason, pause);
    timer_.expires_after(pause);
    timer_.async_wait([this](error_code fault) {
      if (!fault) start();
    });
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Address address_;
  common::Backoff backoff_;
  Events events_;
  std::vector<tcp::endpoint> endpoints_;  ///< of the attempt under way
  bool is_late_ = false;                  ///< it has taken too long
  bool is_closed_ = false;
};

Dialer::Dialer(boost::asio::io_context& context,
               const Address& address,
               common::Backoff::Options backoff,
               Events events)
    : implementation_(
          std::make_unique<Implementation>(context, address, backoff, std::move(events))) {
}

Dialer::~Dialer() = default;

void Dialer::start() {
  implementation_->start();
}

void Dialer::lost(const std::string& reason, Was was) {
  implementation_->lost(reason, was);
}

void Dialer::close() {
  implementation_->close();
}

}  // namespace weir::adapters::tcp
