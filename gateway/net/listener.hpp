#pragma once

#include "gateway/net/byte_stream.hpp"
#include "gateway/net/tls_context.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(*-identifier-naming): Asio's; its headers stay in .cpp files
}

namespace weir::gateway::net {

/// One listening socket. Says when connections wait, and takes them. Owned by the front end; the
/// io_context must not run any more once it is gone.
class Listener {
public:
  struct Options {
    std::string address;
    std::uint16_t port = 0;
    bool reuses_port = false;
    std::int64_t write_progress_ms = 10'000;  ///< for what the kernel waits on its own
  };
  struct Connection {
    std::unique_ptr<ByteStream> stream;
    std::string address;  ///< the peer's, without the port
  };
  enum class Failure : std::uint8_t {
    none_waiting,
    no_descriptor,  ///< none is left; the listener says nothing for a while, so nobody spins
  };
  struct Result {
    std::optional<Connection> connection;
    Failure failure = Failure::none_waiting;
  };

  /// `on_waiting` is called whenever connections wait; who does not take them all is called again.
  /// Errors: std::runtime_error that names the address - it cannot be bound.
  Listener(boost::asio::io_context& io, const Options& options, std::function<void()> on_waiting);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  /// Takes the next connection that waits. `tls`: what it goes by; nullptr: it is plain.
  [[nodiscard]] Result accept(const TlsContext* tls);
  [[nodiscard]] std::uint16_t port() const;
  /// Closes the socket. Connections that wait are reset.
  void stop();

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::gateway::net
