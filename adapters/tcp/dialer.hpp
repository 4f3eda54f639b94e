#pragma once

#include "adapters/common/backoff.hpp"
#include "adapters/tcp/tcp_config.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// Connects to one address, and again after a jittered wait when that fails or the connection is
/// lost. One io thread; `close` ends all its operations, which must have ended before it is
/// destroyed.
class Dialer {
public:
  /// One attempt, from the resolver to the handshake, takes at most so long.
  static constexpr std::chrono::seconds attempt_max{5};

  struct Events {
    /// Gets the connected socket, which it now owns.
    std::function<void(int descriptor)> connected;
    /// There is no connection; the next attempt comes after `wait`.
    std::function<void(const std::string& reason, common::Milliseconds wait)> failed;
  };

  Dialer(boost::asio::io_context& context,
         const Address& address,
         common::Backoff::Options backoff,
         Events events);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// The first attempt.
  void start();
  /// The connection that it made is lost. `was_good`: it had brought something, so this is a first
  /// failure.
  enum class Was { useless, good };
  void lost(const std::string& reason, Was was);
  void close();

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
