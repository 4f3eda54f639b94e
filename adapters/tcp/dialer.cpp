#include "adapters/tcp/dialer.hpp"

#include "adapters/common/broker_cycle.hpp"

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
                 std::vector<Address> addresses,
                 common::Backoff::Options backoff,
                 Events events)
      : resolver_(context),
        socket_(context),
        timer_(context),
        addresses_(std::move(addresses)),
        cycle_(addresses_.size(), backoff),
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
    const auto numeric = boost::asio::ip::make_address(address().host, fault);
    if (!fault) {
      connect(std::vector<tcp::endpoint>{tcp::endpoint(numeric, address().port)});
      return;
    }
    resolver_.async_resolve(
        address().host,
        std::to_string(address().port),
        [this](error_code failed, const tcp::resolver::results_type& found) {
          if (is_closed_) return;
          if (failed) {
            try_next(is_late_ ? "the name server does not answer" : failed.message());
            return;
          }
          connect({found.begin(), found.end()});
        });
  }

  void lost(const std::string& reason, Was was) {
    if (was == Was::useless) {
      try_next(reason);
      return;
    }
    const Address& lost_one = address();
    wait(lost_one, reason, cycle_.on_lost(common::BrokerCycle::good));
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
            try_next(is_late_ ? "no answer" : fault.message());
          } else {
            events_.connected(descriptor, address());
          }
        });
  }

  [[nodiscard]] const Address& address() const { return addresses_[cycle_.current()]; }

  void try_next(const std::string& reason) {
    const Address& failed = address();
    wait(failed, reason, cycle_.on_failed());
  }

  void wait(const Address& failed, const std::string& reason, common::Milliseconds pause) {
    if (is_closed_) return;
    events_.failed(failed, reason, pause);
    timer_.expires_after(pause);
    timer_.async_wait([this](error_code fault) {
      if (!fault) start();
    });
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::vector<Address> addresses_;
  common::BrokerCycle cycle_;  ///< which of them is tried, or was reached
  Events events_;
  std::vector<tcp::endpoint> endpoints_;  ///< of the attempt under way
  bool is_late_ = false;                  ///< it has taken too long
  bool is_closed_ = false;
};

Dialer::Dialer(boost::asio::io_context& context,
               std::vector<Address> addresses,
               common::Backoff::Options backoff,
               Events events)
    : implementation_(std::make_unique<Implementation>(
          context, std::move(addresses), backoff, std::move(events))) {
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
