#pragma once

#include "adapters/tcp/tcp_config.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// Accepts connections at one address. One io thread; `close` ends all its operations, which must
/// have ended before it is destroyed.
class Listener {
public:
  /// Gets a connected socket, which it now owns, and who it is.
  using Accepted = std::function<void(int descriptor, const std::string& peer)>;

  /// Listens from now on. Errors: abi::Failure - names the address and the reason.
  Listener(boost::asio::io_context& context, const Address& address, Accepted accepted);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// With the port that it has got, where 0 was asked for.
  [[nodiscard]] const Address& address() const;
  void start();
  void close();

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
