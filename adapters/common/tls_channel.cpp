#include "adapters/common/tls_channel.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cassert>
#include <new>

namespace weir::adapters::common {

namespace {

using Failed = protocol::Unexpected<std::string>;

struct Free {
  void operator()(SSL* connection) const { SSL_free(connection); }
};

/// Whom the certificate must name; a name goes into the handshake, too, for servers that have
/// several.
void expect(SSL* connection, std::string name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str()) == 1) return;
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(connection, name.c_str());
  SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

/// Why it is over.
std::string reason_of(const SSL* connection) {
  const char* text = ERR_reason_error_string(ERR_peek_error());  // the first is the cause
  ERR_clear_error();
  const long verified = SSL_get_verify_result(connection);
  const bool asked = SSL_get_verify_mode(connection) != SSL_VERIFY_NONE;
  if (asked && verified != X509_V_OK)
    return std::string("TLS: the certificate of the other side: ") +
           X509_verify_cert_error_string(verified);
  return std::string("TLS: ") + (text == nullptr ? "the connection failed" : text);
}

}  // namespace

class TlsChannel::Implementation {
public:
  Implementation(const TlsContext& context, const std::string& host)
      : in_(BIO_new(BIO_s_mem())),
        out_(BIO_new(BIO_s_mem())),
        connection_(SSL_new(context.native())) {
    if (in_ == nullptr || out_ == nullptr || !connection_) {
      BIO_free(in_);
      BIO_free(out_);
      throw std::bad_alloc();
    }
    SSL_set_bio(connection_.get(), in_, out_);  // which owns them from now on
    const TlsOptions& options = context.options();
    if (options.role == TlsOptions::Role::server) {
      SSL_set_accept_state(connection_.get());
      return;
    }
    SSL_set_connect_state(connection_.get());
    if (options.verifies)
      expect(connection_.get(), options.server_name.empty() ? host : options.server_name);
  }

  void take_in(std::string_view wire) {
    if (!wire.empty()) BIO_write(in_, wire.data(), static_cast<int>(wire.size()));
  }

  protocol::Result<std::size_t, std::string> read(std::span<char> to) {
    assert(!to.empty());
    std::size_t bytes = 0;
    ERR_clear_error();
    const int done = SSL_read_ex(connection_.get(), to.data(), to.size(), &bytes);
    if (done == 1) return bytes;
    switch (SSL_get_error(connection_.get(), done)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return std::size_t{0};
      case SSL_ERROR_ZERO_RETURN:
        has_ended_ = true;
        return std::size_t{0};
      default:
        return Failed(reason_of(connection_.get()));
    }
  }

  protocol::Result<void, std::string> write(std::string_view text) {
    assert(is_open());
    if (text.empty()) return {};
    std::size_t bytes = 0;
    ERR_clear_error();
    // its own side is memory, so it takes all or fails
    if (SSL_write_ex(connection_.get(), text.data(), text.size(), &bytes) != 1)
      return Failed(reason_of(connection_.get()));
    return {};
  }

  void end() {
    if (is_open()) SSL_shutdown(connection_.get());
    ERR_clear_error();
  }

  void take_out(std::string& wire) {
    const std::size_t pending = BIO_ctrl_pending(out_);
    if (pending == 0) return;
    const std::size_t before = wire.size();
    wire.resize(before + pending);
    const int bytes = BIO_read(out_, wire.data() + before, static_cast<int>(pending));
    wire.resize(before + (bytes > 0 ? static_cast<std::size_t>(bytes) : 0));
  }

  [[nodiscard]] bool is_open() const { return SSL_is_init_finished(connection_.get()) == 1; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }

private:
  BIO* in_;   ///< from the wire; the connection's
  BIO* out_;  ///< for the wire; the connection's
  std::unique_ptr<SSL, Free> connection_;
  bool has_ended_ = false;
};

TlsChannel::TlsChannel(const TlsContext& context, const std::string& host)
    : implementation_(std::make_unique<Implementation>(context, host)) {
}

TlsChannel::~TlsChannel() = default;

void TlsChannel::take_in(std::string_view wire) {
  implementation_->take_in(wire);
}

protocol::Result<std::size_t, std::string> TlsChannel::read(std::span<char> to) {
  return implementation_->read(to);
}

protocol::Result<void, std::string> TlsChannel::write(std::string_view text) {
  return implementation_->write(text);
}

void TlsChannel::end() {
  implementation_->end();
}

void TlsChannel::take_out(std::string& wire) {
  implementation_->take_out(wire);
}

bool TlsChannel::is_open() const {
  return implementation_->is_open();
}

bool TlsChannel::has_ended() const {
  return implementation_->has_ended();
}

}  // namespace weir::adapters::common
