#include "adapters/amqp/broker_trust.hpp"

#include "adapters/common/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <new>
#include <system_error>

namespace weir::adapters::amqp {

namespace {

constexpr int application_data = 0;  // what OpenSSL keeps under this index is the application's

/// OpenSSL asks whether to go on with a certificate that it finds wanting: never. rabbitmq-c would
/// only say that the handshake has failed.
int note_refusal(int is_good, X509_STORE_CTX* store) {
  if (is_good == 1) return 1;
  const auto* const connection = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const refusal =
      static_cast<std::string*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), application_data));
  if (refusal != nullptr) *refusal = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return 0;
}

void expect(SSL_CTX& context, const std::string& host) {
  X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(&context);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return;
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size()) != 1)
    throw std::bad_alloc();
}

}  // namespace

void prepare_tls(SSL_CTX& context,
                 const common::TlsOptions& options,
                 const std::string& host,
                 std::string& refusal) {
  common::set_up_tls(context, options);
  if (!options.verifies) return;
  expect(context, options.server_name.empty() ? host : options.server_name);
  SSL_CTX_set_verify(&context, SSL_CTX_get_verify_mode(&context), note_refusal);
  if (SSL_CTX_set_ex_data(&context, application_data, &refusal) != 1) throw std::bad_alloc();
}

void end_refusal(SSL_CTX& context) {
  SSL_CTX_set_ex_data(&context, application_data, nullptr);
}

std::string tls_error() {
  const unsigned long error = ERR_peek_error();
  if (error == 0) return {};
  const int reason = ERR_GET_REASON(error);
  if (ERR_GET_LIB(error) == ERR_LIB_SYS) return std::generic_category().message(reason);
  const char* const text = ERR_reason_error_string(error);
  return text != nullptr ? text : "OpenSSL's error " + std::to_string(error);
}

}  // namespace weir::adapters::amqp
