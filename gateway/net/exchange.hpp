#pragma once

#include "gateway/http/message.hpp"

#include <memory>
#include <variant>

namespace weir::gateway::net {

/// A request that is answered in a later turn, because other shards or an adapter have a say in it.
/// Owned by the connection that it came over: when that is gone, nobody wants the answer any more.
class Exchange {
public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// The response: called once, in the turn in which `ExchangePort::on_answered` was.
  [[nodiscard]] virtual http::Response take_response() = 0;
};

/// The connection that waits for an exchange.
class ExchangePort {
public:
  /// The response can be taken. Once, and not before the exchange was handed over.
  virtual void on_answered() = 0;

protected:
  ~ExchangePort() = default;
};

/// What a request is answered with: at once, or later.
using Answer = std::variant<http::Response, std::unique_ptr<Exchange>>;

}  // namespace weir::gateway::net
