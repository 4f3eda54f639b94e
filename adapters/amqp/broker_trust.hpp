#pragma once

#include "adapters/common/tls_options.hpp"

#include <string>

struct ssl_ctx_st;  // NOLINT(readability-identifier-naming): OpenSSL's SSL_CTX

namespace weir::adapters::amqp {

/// Prepares the context that rabbitmq-c has made, for a connection to `host`. Should the broker's
/// certificate be refused, `refusal` will say why; it must outlive the handshake.
/// Errors: abi::Failure - a file is not what it was when the configuration was read.
void prepare_tls(ssl_ctx_st& context,
                 const common::TlsOptions& options,
                 const std::string& host,
                 std::string& refusal);
/// The handshake is over: `refusal` is used no more.
void end_refusal(ssl_ctx_st& context);

/// What OpenSSL has found wrong on this thread, in its last call; empty: nothing.
[[nodiscard]] std::string tls_error();

}  // namespace weir::adapters::amqp
