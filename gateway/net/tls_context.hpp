#pragma once

#include "protocol/core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

struct ssl_ctx_st;  // NOLINT(*-identifier-naming): OpenSSL's SSL_CTX

namespace weir::gateway::net {

/// Where a TLS listener has its certificate from. All files are PEM.
struct TlsFiles {
  std::filesystem::path certificate;  ///< its own, then those of the chain
  std::filesystem::path key;          ///< without a passphrase
  std::filesystem::path client_ca;    ///< clients must show a certificate of these; empty: need not
};

/// What all connections of a TLS listener go by: its certificate, TLS 1.2 and 1.3 with forward
/// secrecy and authenticated encryption only, ALPN http/1.1; no compression, no renegotiation, and
/// no resumption, whose tickets would cost each connection memory. A handle: copies share it, it
/// lives as long as one of them or a connection does. Any thread.
/// Source: RFC 8446; RFC 9325.
class TlsContext {
public:
  /// Errors: which file cannot be used, and why.
  [[nodiscard]] static protocol::Result<TlsContext, std::string> load(const TlsFiles& files);

  TlsContext(const TlsContext& other);
  TlsContext(TlsContext&& other) noexcept;
  TlsContext& operator=(TlsContext other) noexcept;
  ~TlsContext();

  /// For the streams that use it.
  [[nodiscard]] ssl_ctx_st* native() const { return context_; }
  /// When its certificate ends.
  [[nodiscard]] std::int64_t expires_unix_s() const { return expires_unix_s_; }

private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* context_;
  std::int64_t expires_unix_s_ = 0;
};

}  // namespace weir::gateway::net
