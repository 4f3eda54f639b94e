#pragma once

#include "tests/bench/load/descriptor.hpp"
#include "tests/bench/load/sockets.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <sys/types.h>

namespace weir::tests::bench {

/// TLS as a client that trusts everybody: loopback only.
class TlsClient {
public:
  TlsClient();
  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

private:
  struct Free {
    void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

/// A connection, with TLS where the endpoint says so; as non-blocking as its socket.
class Channel {
public:
  /// Begins to connect. `tls` outlives it.
  Channel(const Endpoint& endpoint, const TlsClient& tls);

  /// As ::recv: 0 at the end, -1 and EAGAIN where there is nothing yet. Behind TLS one call gives
  /// one record at most, so call until EAGAIN.
  [[nodiscard]] ssize_t receive(void* bytes, std::size_t bytes_max);
  /// As ::send.
  [[nodiscard]] ssize_t send(std::string_view bytes);

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  void close();

private:
  [[nodiscard]] ssize_t result_of(int result) const;

  struct Free {
    void operator()(SSL* tls) const { ::SSL_free(tls); }
  };
  Descriptor socket_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace weir::tests::bench
