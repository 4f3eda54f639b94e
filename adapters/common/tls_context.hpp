#pragma once

#include "adapters/common/tls_options.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;  // NOLINT(readability-identifier-naming): OpenSSL's SSL_CTX

namespace weir::adapters::common {

/// The certificates and rules of one side of TLS, read and checked once, for all its connections.
class TlsContext {
public:
  /// Errors: abi::Failure - names the key, the file and what is wrong with it: it cannot be read,
  ///         is no PEM, has expired, or the key belongs to another certificate.
  explicit TlsContext(const TlsOptions& options);

  [[nodiscard]] const TlsOptions& options() const { return options_; }
  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }

private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  TlsOptions options_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// Gives a client's context that some library has made the same certificates and rules.
/// Errors: as those of TlsContext.
void set_up_tls(ssl_ctx_st& context, const TlsOptions& options);

}  // namespace weir::adapters::common
