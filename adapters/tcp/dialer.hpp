#pragma once

#include "adapters/common/backoff.hpp"
#include "adapters/tcp/tcp_config.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// Connects to the first of some addresses that answers, in their order and at once; then, after a
/// jittered wait, from the first again. Likewise when the connection is lost. One io thread;
/// `close` ends all its operations, which must have ended before it is destroyed.
class Dialer {
public:
  /// One attempt, from the resolver to the handshake, takes at most so long.
  static constexpr std::chrono::seconds attempt_max{5};

  struct Events {
    /// Gets the connected socket, which it now owns, and whom it leads to.
    std::function<void(int descriptor, const Address& address)> connected;
    /// There is no connection to that address; the next attempt comes after `wait`.
    std::function<void(
        const Address& address, const std::string& reason, common::Milliseconds wait)>
        failed;
  };

  /// `addresses`: at least one.
  Dialer(boost::asio::io_context& context,
         std::vector<Address> addresses,
         common::Backoff::Options backoff,
         Events events);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// The first attempt.
  void start();
  /// The connection that it made is lost. `good`: it had brought something, so this is a first
  /// failure, and it begins with the first address; else with the next.
  enum class Was { useless, good };
  void lost(const std::string& reason, Was was);
  void close();

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
