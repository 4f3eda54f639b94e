#include "adapters/tcp/feed_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace weir::adapters::tcp {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

tcp protocol_of(int descriptor) {
  int domain = AF_INET;
  socklen_t size = sizeof domain;
  ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

class FeedConnection::Implementation {
public:
  Implementation(boost::asio::io_context& context,
                 int descriptor,
                 std::unique_ptr<FeedSession> session,
                 Closed closed,
                 std::uint32_t id)
      : socket_(context, protocol_of(descriptor), descriptor),
        session_(std::move(session)),
        closed_(std::move(closed)),
        id_(id) {
    error_code ignored;
    static_cast<void>(socket_.non_blocking(true, ignored));
    static_cast<void>(socket_.set_option(tcp::no_delay(true), ignored));
    static_cast<void>(socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored));
    set(TCP_KEEPIDLE, 30);
    set(TCP_KEEPINTVL, 10);
    set(TCP_KEEPCNT, 3);
  }

  [[nodiscard]] FeedSession& session() { return *session_; }

  void go_on() {
    if (!socket_.is_open()) return;
    if (!is_reading_ && session_->wants_read()) read();
    if (!is_writing_ && session_->has_output()) {
      written_ = 0;
      output_.clear();
      session_->take_output(output_);
      progress_at_ = std::chrono::steady_clock::now();
      write();
    }
  }

  void tick(TimePoint now) {
    if (!socket_.is_open()) return;
    if (is_writing_ && now - progress_at_ > stall_max) {
      close("it takes nothing of what it is sent");
    } else if (!session_->is_finished()) {
      was_finished_ = false;
    } else if (std::exchange(was_finished_, true)) {
      // a tick later, so that receipts of failures still find their way
      close("it has ended");
    }
  }

  void close(const std::string& reason) {
    if (!shut(reason)) return;
    ++operations_;
    boost::asio::post(socket_.get_executor(), [this] { end_operation(); });
  }

private:
  /// A feeder that is silent and gone, without a word, is found after a minute.
  void set(int option, int value) {
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
  }

  /// False: it was already.
  bool shut(const std::string& reason) {
    if (!socket_.is_open()) return false;
    reason_ = reason;
    error_code ignored;
    static_cast<void>(socket_.shutdown(tcp::socket::shutdown_both, ignored));
    static_cast<void>(socket_.close(ignored));
    return true;
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
    if (--operations_ != 0 || socket_.is_open()) return;
    const Closed closed = std::move(closed_);  // this will be gone before it returns
    const std::string reason = reason_;
    closed(id_, reason);
  }

  void read() {
    is_reading_ = true;
    const auto space = session_->prepare();
    socket_.async_read_some(boost::asio::buffer(space.data(), space.size()),
                            track([this](error_code fault, std::size_t bytes) {
                              is_reading_ = false;
                              on_read(fault, bytes);
                            }));
  }

  void on_read(error_code fault, std::size_t bytes) {
    if (!socket_.is_open()) return;
    if (fault == boost::asio::error::eof) {
      session_->on_end();
    } else if (fault) {
      close(fault.message());
    } else {
      session_->on_read(bytes);
    }
    go_on();
  }

  void write() {
    is_writing_ = true;
    socket_.async_write_some(
        boost::asio::buffer(output_.data() + written_, output_.size() - written_),
        track([this](error_code fault, std::size_t bytes) { on_written(fault, bytes); }));
  }

  void on_written(error_code fault, std::size_t bytes) {
    is_writing_ = false;
    if (!socket_.is_open()) return;
    if (fault) {
      close(fault.message());
      return;
    }
    progress_at_ = std::chrono::steady_clock::now();
    written_ += bytes;
    if (written_ < output_.size()) {
      write();
      return;
    }
    session_->on_written();
    go_on();
  }

  tcp::socket socket_;
  std::unique_ptr<FeedSession> session_;
  Closed closed_;
  std::uint32_t id_;
  std::string reason_;
  std::string output_;  ///< what is being written
  std::size_t written_ = 0;
  TimePoint progress_at_{};
  std::size_t operations_ = 0;  ///< begun and not ended
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool was_finished_ = false;
};

FeedConnection::FeedConnection(boost::asio::io_context& context,
                               int descriptor,
                               std::unique_ptr<FeedSession> session,
                               Closed closed,
                               std::uint32_t id)
    : implementation_(std::make_unique<Implementation>(
          context, descriptor, std::move(session), std::move(closed), id)) {
}

FeedConnection::~FeedConnection() = default;

FeedSession& FeedConnection::session() {
  return implementation_->session();
}

void FeedConnection::go_on() {
  implementation_->go_on();
}

void FeedConnection::tick(TimePoint now) {
  implementation_->tick(now);
}

void FeedConnection::close(const std::string& reason) {
  implementation_->close(reason);
}

}  // namespace weir::adapters::tcp
