#include "adapters/common/tls_context.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/small_file.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <string_view>

namespace weir::adapters::common {

namespace {

template <auto FreeFunction>
struct Free {
  template <class T>
  void operator()(T* object) const {
    FreeFunction(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

struct File {
  std::string_view key;  ///< of the configuration
  const std::string& name;

  [[noreturn]] void fail(const std::string& problem) const {
    throw abi::Failure("key 'tls." + std::string(key) + "' names '" + name + "', which " + problem);
  }
};

/// What OpenSSL has complained of last.
std::string last_complaint() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

/// An encrypted key must not make the gateway ask its terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*purpose*/, void* /*user*/) {
  return -1;
}

Bio open(const File& file, std::string& text) {
  auto read = read_small_file(file.name);
  if (!read) file.fail("cannot be read: " + read.error());
  text = *std::move(read);
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate next_certificate(BIO* in) {
  Certificate found(PEM_read_bio_X509(in, nullptr, no_password, nullptr));
  if (!found) ERR_clear_error();  // its end
  return found;
}

std::string to_text(const ASN1_TIME* time) {
  const Bio out(BIO_new(BIO_s_mem()));
  std::array<char, 64> text{};
  ASN1_TIME_print(out.get(), time);
  const int size = BIO_read(out.get(), text.data(), static_cast<int>(text.size()));
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

void check_dates(const File& file, const X509* certificate) {
  const ASN1_TIME* const end = X509_get0_notAfter(certificate);
  const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
  if (X509_cmp_current_time(end) < 0) file.fail("has expired: " + to_text(end));
  if (X509_cmp_current_time(begin) > 0) file.fail("is not valid before " + to_text(begin));
}

void use_certificate(SSL_CTX* context, const TlsOptions& options) {
  const File file{"certificate", options.certificate};
  std::string text;
  const Bio in = open(file, text);
  const Certificate own = next_certificate(in.get());
  if (!own) file.fail("holds no certificate in PEM");
  check_dates(file, own.get());
  if (SSL_CTX_use_certificate(context, own.get()) != 1)
    file.fail("cannot be used: " + last_complaint());
  while (const Certificate further = next_certificate(in.get())) {
    if (SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, further.get()) != 1)
      file.fail("has a chain that cannot be used: " + last_complaint());
  }

  const File key_file{"key", options.key};
  std::string key_text;
  const Bio key_in = open(key_file, key_text);
  const Key key(PEM_read_bio_PrivateKey(key_in.get(), nullptr, no_password, nullptr));
  if (!key) {
    ERR_clear_error();
    key_file.fail("holds no private key in PEM that is not encrypted");
  }
  if (X509_check_private_key(own.get(), key.get()) != 1) {
    ERR_clear_error();
    key_file.fail("is not the key of the certificate in '" + options.certificate + "'");
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    key_file.fail("cannot be used: " + last_complaint());
}

void trust(SSL_CTX* context, const TlsOptions& options) {
  const File file{options.ca_key(), options.ca};
  std::string text;
  const Bio in = open(file, text);
  std::size_t count = 0;
  while (const Certificate ca = next_certificate(in.get())) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) != 1)
      file.fail("cannot be used: " + last_complaint());
    // tells clients which of their certificates will do
    if (options.role == TlsOptions::Role::server) SSL_CTX_add_client_CA(context, ca.get());
    ++count;
  }
  if (count == 0) file.fail("holds no certificate in PEM");
}

void set_up(SSL_CTX* context, const TlsOptions& options) {
  const bool is_server = options.role == TlsOptions::Role::server;
  const bool is_1_3 = options.version_min == TlsOptions::Version::tls_1_3;
  SSL_CTX_set_min_proto_version(context, is_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // connections last; tickets and sessions to resume would only be state that must be guarded
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  if (!options.certificate.empty()) use_certificate(context, options);
  if (!options.ca.empty()) {
    trust(context, options);
  } else if (!is_server && options.verifies) {
    SSL_CTX_set_default_verify_paths(context);
  }
  const bool asks = is_server ? !options.ca.empty() : options.verifies;
  SSL_CTX_set_verify(
      context, asks ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, nullptr);
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options)
    : options_(options),
      context_(SSL_CTX_new(options.role == TlsOptions::Role::server ? TLS_server_method()
                                                                    : TLS_client_method())) {
  if (!context_) throw abi::Failure("TLS cannot be used: " + last_complaint());
  set_up(context_.get(), options_);
}

void set_up_tls(SSL_CTX& context, const TlsOptions& options) {
  set_up(&context, options);
}

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

}  // namespace weir::adapters::common
