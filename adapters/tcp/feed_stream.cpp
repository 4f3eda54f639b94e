#include "adapters/tcp/feed_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <exception>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace weir::adapters::tcp {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t wire_bytes = std::size_t{16} * 1024;
/// What TLS itself may have unsent (answers to new keys) before the peer is read from again.
constexpr std::size_t unsent_bytes_max = std::size_t{64} * 1024;

tcp protocol_of(int descriptor) {
  int domain = AF_INET;
  socklen_t size = sizeof domain;
  ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

class FeedStream::Implementation {
public:
  Implementation(boost::asio::io_context& context,
                 int descriptor,
                 std::unique_ptr<common::TlsChannel> tls,
                 Events events)
      : socket_(context, protocol_of(descriptor), descriptor),
        tls_(std::move(tls)),
        events_(std::move(events)),
        wire_(tls_ ? wire_bytes : 0) {
    error_code ignored;
    static_cast<void>(socket_.non_blocking(true, ignored));
    static_cast<void>(socket_.set_option(tcp::no_delay(true), ignored));
    static_cast<void>(socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored));
    set(TCP_KEEPIDLE, 30);
    set(TCP_KEEPINTVL, 10);
    set(TCP_KEEPCNT, 3);
  }

  [[nodiscard]] bool is_live() const { return socket_.is_open(); }
  [[nodiscard]] bool is_open() const { return !tls_ || tls_->is_open(); }
  [[nodiscard]] bool is_reading() const { return is_reading_; }
  [[nodiscard]] bool is_writing() const { return is_writing_; }
  [[nodiscard]] TimePoint progress_at(TimePoint now) const {
    return is_sending_ ? progress_at_ : now;
  }

  void read(std::span<char> to) {
    assert(!is_reading_);
    is_reading_ = true;
    to_ = to;
    if (tls_) {
      pull_soon();
    } else {
      read_plain();
    }
  }

  void write(std::string& text) {
    assert(!is_writing_ && is_open());
    is_writing_ = true;
    if (tls_) {
      const auto done = tls_->write(text);
      tls_->take_out(unsent_);
      if (!done) {
        give_up(done.error());
        return;
      }
    } else {
      unsent_.swap(text);
    }
    text.clear();
    send();
  }

  void finish_writing() {
    if (!is_live()) return;
    say_farewell();
    error_code ignored;
    static_cast<void>(socket_.shutdown(tcp::socket::shutdown_send, ignored));
  }

  void close(const std::string& reason) {
    if (!is_live()) return;
    say_farewell();
    shut(reason);
    ++operations_;
    boost::asio::post(socket_.get_executor(), [this] { end_operation(); });
  }

private:
  /// A peer that is silent and gone, without a word, is found after a minute.
  void set(int option, int value) {
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
  }

  /// TLS tells an end from an accident. As far as the socket takes it at once.
  void say_farewell() {
    if (!tls_ || is_sending_) return;
    tls_->end();
    std::string farewell;
    tls_->take_out(farewell);
    error_code ignored;
    if (!farewell.empty())
      static_cast<void>(socket_.write_some(boost::asio::buffer(farewell), ignored));
  }

  void shut(const std::string& reason) {
    if (!is_live()) return;
    reason_ = reason;
    error_code ignored;
    static_cast<void>(socket_.shutdown(tcp::socket::shutdown_both, ignored));
    static_cast<void>(socket_.close(ignored));
  }

  /// A handler of an operation that keeps this alive: `closed` waits for all of them.
  template <class Handler>
  auto track(Handler handler) {
    ++operations_;
    return [this, handler](auto... arguments) {
      try {
        handler(arguments...);
      } catch (const std::exception& error) {
        shut(error.what());
      }
      end_operation();
    };
  }

  void end_operation() {
    if (--operations_ != 0 || is_live()) return;
    const auto closed = std::move(events_.closed);  // this will be gone before it returns
    const std::string reason = reason_;
    closed(reason);
  }

  void read_plain() {
    socket_.async_read_some(
        boost::asio::buffer(to_.data(), to_.size()),
        track([this](error_code fault, std::size_t bytes) { on_plain(fault, bytes); }));
  }

  void on_plain(error_code fault, std::size_t bytes) {
    is_reading_ = false;
    if (!is_live()) return;
    if (fault == boost::asio::error::eof) {
      events_.ended();
    } else if (fault) {
      close(fault.message());
    } else {
      events_.read(bytes);
    }
  }

  /// TLS may have something already; it must not come from inside a call.
  void pull_soon() {
    boost::asio::post(socket_.get_executor(), track([this] { pull(); }));
  }

  /// Takes from TLS what it has, and from the socket what TLS needs for more.
  void pull() {
    if (!is_live()) return;
    const bool was_open = tls_->is_open();
    const auto bytes = tls_->read(to_);
    tls_->take_out(unsent_);
    if (!bytes) {
      give_up(bytes.error());
      return;
    }
    send();
    if (!was_open && tls_->is_open()) events_.opened();
    if (!is_live()) return;
    if (*bytes != 0) {
      is_reading_ = false;
      events_.read(*bytes);
    } else if (tls_->has_ended()) {
      is_reading_ = false;
      events_.ended();
    } else if (unsent_.size() <= unsent_bytes_max) {
      pull_wire();
    } else {
      waits_for_room_ = true;
    }
  }

  void pull_wire() {
    if (!is_live()) return;
    socket_.async_read_some(
        boost::asio::buffer(wire_),
        track([this](error_code fault, std::size_t bytes) { on_wire(fault, bytes); }));
  }

  void on_wire(error_code fault, std::size_t bytes) {
    if (!is_live()) return;
    if (fault) {
      close(fault == boost::asio::error::eof ? "the connection was cut" : fault.message());
      return;
    }
    tls_->take_in({wire_.data(), bytes});
    pull();
  }

  /// TLS has failed; what it has to say about that goes out if the socket takes it at once.
  void give_up(const std::string& reason) {
    error_code ignored;
    if (!is_sending_ && !unsent_.empty())
      static_cast<void>(socket_.write_some(boost::asio::buffer(unsent_), ignored));
    close(reason);
  }

  void send() {
    if (is_sending_ || unsent_.empty() || !is_live()) return;
    is_sending_ = true;
    sending_.swap(unsent_);
    sent_ = 0;
    progress_at_ = std::chrono::steady_clock::now();
    send_some();
  }

  void send_some() {
    socket_.async_write_some(
        boost::asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
        track([this](error_code fault, std::size_t bytes) { on_sent(fault, bytes); }));
  }

  void on_sent(error_code fault, std::size_t bytes) {
    if (!is_live()) return;
    if (fault) {
      close(fault.message());
      return;
    }
    progress_at_ = std::chrono::steady_clock::now();
    sent_ += bytes;
    if (sent_ < sending_.size()) {
      send_some();
      return;
    }
    is_sending_ = false;
    sending_.clear();
    send();
    if (std::exchange(waits_for_room_, false)) pull_wire();
    if (!is_sending_ && std::exchange(is_writing_, false)) events_.written();
  }

  tcp::socket socket_;
  std::unique_ptr<common::TlsChannel> tls_;
  Events events_;
  std::vector<char> wire_;  ///< what came for TLS
  std::span<char> to_;      ///< of the read under way
  std::string unsent_;
  std::string sending_;  ///< what the socket is given
  std::size_t sent_ = 0;
  TimePoint progress_at_{};
  std::string reason_;
  std::size_t operations_ = 0;  ///< begun and not ended
  bool is_reading_ = false;     ///< `read` has no event yet
  bool is_writing_ = false;     ///< `write` has no event yet
  bool is_sending_ = false;
  bool waits_for_room_ = false;
};

FeedStream::FeedStream(boost::asio::io_context& context,
                       int descriptor,
                       std::unique_ptr<common::TlsChannel> tls,
                       Events events)
    : implementation_(std::make_unique<Implementation>(
          context, descriptor, std::move(tls), std::move(events))) {
}

FeedStream::~FeedStream() = default;

bool FeedStream::is_live() const {
  return implementation_->is_live();
}

bool FeedStream::is_open() const {
  return implementation_->is_open();
}

bool FeedStream::is_reading() const {
  return implementation_->is_reading();
}

bool FeedStream::is_writing() const {
  return implementation_->is_writing();
}

TimePoint FeedStream::progress_at(TimePoint now) const {
  return implementation_->progress_at(now);
}

void FeedStream::read(std::span<char> to) {
  implementation_->read(to);
}

void FeedStream::write(std::string& text) {
  implementation_->write(text);
}

void FeedStream::finish_writing() {
  implementation_->finish_writing();
}

void FeedStream::close(const std::string& reason) {
  implementation_->close(reason);
}

}  // namespace weir::adapters::tcp
