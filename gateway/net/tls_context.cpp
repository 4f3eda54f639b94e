#include "gateway/net/tls_context.hpp"

#include "protocol/core/bytes.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace weir::gateway::net {
namespace {

using protocol::Result;
using protocol::Unexpected;

/// TLS 1.2: what TLS 1.3 has, too.
constexpr const char* suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

Unexpected<std::string> failure(const std::filesystem::path& file) {
  const auto* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return Unexpected<std::string>(file.string() + ": " +
                                 (reason == nullptr ? "cannot be used" : reason));
}

/// Nobody sits at the gateway's terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*is_encryption*/, void* /*context*/) {
  return -1;
}

/// Source: RFC 7301, 3.2.
int choose_protocol(SSL* /*ssl*/,
                    const unsigned char** out,
                    unsigned char* out_size,
                    const unsigned char* offered,
                    unsigned int offered_size,
                    void* /*context*/) {
  constexpr std::string_view wanted = "http/1.1";
  auto rest = protocol::as_text(protocol::ByteView(offered, offered_size));
  while (!rest.empty()) {
    const auto size = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    if (rest.substr(0, size) == wanted) {
      *out = protocol::as_bytes(rest).data();
      *out_size = size;
      return SSL_TLSEXT_ERR_OK;
    }
    rest.remove_prefix(std::min<std::size_t>(size, rest.size()));
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, suites);
  // A peer that ends without an alert is an end like any other: WebSocket has its own.
  SSL_CTX_set_options(context,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                          SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // An idle connection keeps no buffers; what is sent may lie elsewhere when it is tried again.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

std::int64_t end_of(const SSL_CTX* context) {
  std::tm end{};
  const auto* certificate = SSL_CTX_get0_certificate(context);
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
    return 0;
  return ::timegm(&end);
}

}  // namespace

Result<TlsContext, std::string> TlsContext::load(const TlsFiles& files) {
  ERR_clear_error();
  TlsContext made(SSL_CTX_new(TLS_server_method()));
  auto* context = made.context_;
  if (context == nullptr) throw std::runtime_error("OpenSSL gives no TLS context");
  set_rules(context);
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return failure(files.certificate);
  // Also fails where the key is not that of the certificate.
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return failure(files.key);
  if (!files.client_ca.empty()) {
    if (SSL_CTX_load_verify_file(context, files.client_ca.c_str()) != 1)
      return failure(files.client_ca);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.client_ca.c_str()));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  made.expires_unix_s_ = end_of(context);
  return made;
}

TlsContext::TlsContext(const TlsContext& other)
    : context_(other.context_), expires_unix_s_(other.expires_unix_s_) {
  if (context_ != nullptr) SSL_CTX_up_ref(context_);
}

TlsContext::TlsContext(TlsContext&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)), expires_unix_s_(other.expires_unix_s_) {
}

TlsContext& TlsContext::operator=(TlsContext other) noexcept {
  std::swap(context_, other.context_);
  std::swap(expires_unix_s_, other.expires_unix_s_);
  return *this;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

}  // namespace weir::gateway::net
