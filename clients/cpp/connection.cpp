#include "clients/cpp/connection.hpp"

#include "clients/cpp/channel.hpp"
#include "clients/cpp/random_bits.hpp"
#include "clients/cpp/time.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <array>
#include <optional>

namespace weir::clients::cpp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using protocol::Retry;

constexpr std::size_t read_bytes = std::size_t{64} * 1024;
constexpr std::uint16_t close_none = 1006;
/// How long a closed connection may still take for its last bytes.
constexpr Duration linger{1000};

/// TLS over a socket, and whom it trusts.
struct Security {
  Security(tcp::socket& socket, const std::string& host, const std::string& ca_file)
      : context(asio::ssl::context::tls_client), stream(socket, prepare(context, ca_file)) {
    SSL_set_min_proto_version(stream.native_handle(), TLS1_2_VERSION);
    error_code is_name;
    static_cast<void>(asio::ip::make_address(host, is_name));
    // RFC 6066, 3: no addresses.
    if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(host));
  }
  static asio::ssl::context& prepare(asio::ssl::context& context, const std::string& ca_file) {
    if (ca_file.empty()) {
      context.set_default_verify_paths();
    } else {
      context.load_verify_file(ca_file);
    }
    return context;
  }

  asio::ssl::context context;
  asio::ssl::stream<tcp::socket&> stream;
};

}  // namespace

class Connection::Impl {
public:
  Impl(asio::io_context& context,
       const Url& url,
       const std::string& ca_file,
       const protocol::native::ClientCodec& codec,
       ConnectionOwner& owner)
      : url_(url),
        ca_file_(ca_file),
        owner_(&owner),
        resolver_(context),
        socket_(context),
        linger_(context),
        channel_(url, codec, random_bits) {}

  void start() {
    ++operations_;
    resolver_.async_resolve(
        url_.host,
        std::to_string(url_.port),
        [this](error_code error, const tcp::resolver::results_type& found) {
          --operations_;
          if (error)
            return fail("The host " + url_.host + " cannot be found: " + error.message() + ".");
          connect(found);
        });
  }
  void send(std::string_view message) {
    channel_.send_message(message);
    write();
  }
  /// Nothing is told any more; what can still be sent is, for a short time.
  void close(std::uint16_t code, std::string_view reason) {
    owner_ = nullptr;
    if (channel_.is_open()) {
      channel_.close(code, reason);
      begin_lingering();
    } else {
      abort();
    }
  }
  [[nodiscard]] bool is_finished() const { return owner_ == nullptr && operations_ == 0; }

private:
  void connect(const tcp::resolver::results_type& found) {
    if (owner_ == nullptr) return;
    ++operations_;
    asio::async_connect(socket_, found, [this](error_code error, const tcp::endpoint&) {
      --operations_;
      if (error) {
        return fail("Nobody answers at " + url_.host + " port " + std::to_string(url_.port) + ": " +
                    error.message() + ".");
      }
      error_code ignored;
      ignored = socket_.set_option(tcp::no_delay(true), ignored);
      if (url_.is_secure) return secure();
      begin();
    });
  }

  void secure() {
    if (owner_ == nullptr) return;
    try {
      security_.emplace(socket_, url_.host, ca_file_);
    } catch (const boost::system::system_error& error) {
      return fail("The certificates of " + (ca_file_.empty() ? "this system" : ca_file_) +
                      " cannot be read: " + error.code().message() + ".",
                  Retry::no);
    }
    ++operations_;
    security_->stream.async_handshake(asio::ssl::stream_base::client, [this](error_code error) {
      --operations_;
      if (!error) return begin();
      const auto verdict = SSL_get_verify_result(security_->stream.native_handle());
      if (verdict == X509_V_OK)
        return fail("There is no TLS with " + url_.authority() + ": " + error.message() + ".");
      fail("The certificate of " + url_.authority() +
               " is not accepted: " + X509_verify_cert_error_string(verdict) + ".",
           Retry::no);
    });
  }

  void begin() {
    is_connected_ = true;
    write();
    read();
  }

  void read() {
    ++operations_;
    const auto on_read = [this](error_code error, std::size_t bytes) {
      --operations_;
      if (error) return on_read_end(error);
      if (owner_ != nullptr) owner_->on_alive();
      if (!take(protocol::MutableByteView(buffer_).first(bytes))) return;
      write();
      read();
    };
    if (security_) {
      security_->stream.async_read_some(asio::buffer(buffer_), on_read);
    } else {
      socket_.async_read_some(asio::buffer(buffer_), on_read);
    }
  }

  /// False: the connection is over.
  bool take(protocol::MutableByteView in) {
    for (;;) {
      const auto event = channel_.next(in);
      if (!event) {
        tell_end([&](ConnectionOwner& owner) {
          owner.on_failed(event.error().retry, event.error().text);
        });
        begin_lingering();
        return false;
      }
      if (!*event) return true;
      if (const auto* closed = std::get_if<ChannelClosed>(&**event)) {
        tell_end([&](ConnectionOwner& owner) { owner.on_closed(closed->code, closed->reason); });
        begin_lingering();
      } else if (const auto* message = std::get_if<ChannelMessage>(&**event)) {
        if (owner_ != nullptr) owner_->on_message(message->payload);
      } else if (owner_ != nullptr) {
        owner_->on_open();
      }
    }
  }

  void on_read_end(error_code error) {
    if (!was_answered())
      return fail("The server ended the connection without an answer: " + error.message() + ".");
    tell_end([&](ConnectionOwner& owner) {
      owner.on_closed(close_none, "The connection was lost: " + error.message() + ".");
    });
    abort();
  }
  [[nodiscard]] bool was_answered() const {
    return channel_.is_open() || channel_.is_through() || owner_ == nullptr;
  }

  void write() {
    if (is_writing_ || !is_connected_ || !socket_.is_open()) return;
    output_ = channel_.take_output();
    if (output_.empty()) return;
    is_writing_ = true;
    ++operations_;
    const auto on_written = [this](error_code error, std::size_t) {
      --operations_;
      is_writing_ = false;
      if (!error) return write();  // a failed write ends the read as well, which tells why
      if (owner_ == nullptr) abort();
    };
    if (security_) {
      asio::async_write(security_->stream, asio::buffer(output_), on_written);
    } else {
      asio::async_write(socket_, asio::buffer(output_), on_written);
    }
  }

  /// Both sides may send their close frames; then it is over.
  void begin_lingering() {
    write();
    ++operations_;
    linger_.expires_after(linger);
    linger_.async_wait([this](error_code) {
      --operations_;
      abort();
    });
  }

  void fail(std::string reason, Retry retry = Retry::yes) {
    tell_end([&](ConnectionOwner& owner) { owner.on_failed(retry, std::move(reason)); });
    abort();
  }
  template <class Tell>
  void tell_end(const Tell& tell) {
    if (auto* owner = std::exchange(owner_, nullptr)) tell(*owner);
  }

  void abort() {
    owner_ = nullptr;
    resolver_.cancel();
    linger_.cancel();
    error_code ignored;
    ignored = socket_.close(ignored);
  }

  const Url url_;
  const std::string ca_file_;
  ConnectionOwner* owner_;  ///< nullptr: nothing is told any more
  tcp::resolver resolver_;
  tcp::socket socket_;
  std::optional<Security> security_;  ///< of wss
  asio::steady_timer linger_;
  Channel channel_;
  std::array<std::uint8_t, read_bytes> buffer_{};
  std::string output_;
  int operations_ = 0;
  bool is_writing_ = false;
  bool is_connected_ = false;
};

Connection::Connection(asio::io_context& context,
                       const Url& url,
                       const std::string& ca_file,
                       const protocol::native::ClientCodec& codec,
                       ConnectionOwner& owner)
    : impl_(std::make_unique<Impl>(context, url, ca_file, codec, owner)) {
}

Connection::~Connection() = default;

void Connection::start() {
  impl_->start();
}

void Connection::send(std::string_view message) {
  impl_->send(message);
}

void Connection::close(std::uint16_t code, std::string_view reason) {
  impl_->close(code, reason);
}

bool Connection::is_finished() const {
  return impl_->is_finished();
}

}  // namespace weir::clients::cpp
