#pragma once

#include "gateway/app/client_context.hpp"
#include "gateway/http/message.hpp"
#include "gateway/net/exchange.hpp"
#include "gateway/session/bearer.hpp"
#include "gateway/session/requester.hpp"
#include "protocol/native/publish_body.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::app {

/// The publishes of one POST to /v1/publish, until all have their outcome: from this shard at once,
/// from another one or an adapter later. Owned by its connection; the hub outlives it.
class PublishExchange final : public net::Exchange, private session::Requester {
public:
  struct Options {
    session::Hub& hub;
    net::ExchangePort& connection;
    std::vector<http::Header> headers{};  ///< of the response
  };
  /// Whose publishes they are.
  struct Publisher {
    const session::Bearer& bearer;
    const std::string& name;  ///< of the allowance
    session::PublishRates& rates;
  };

  explicit PublishExchange(Options options);
  PublishExchange(const PublishExchange&) = delete;
  PublishExchange& operator=(const PublishExchange&) = delete;
  ~PublishExchange() override;

  /// Publishes each item, in order, as far as the publisher may. Once.
  void publish(protocol::native::PublishBody body, const Publisher& publisher);
  [[nodiscard]] bool is_answered() const { return missing_ == 0; }

  // Exchange
  [[nodiscard]] http::Response take_response() override;

private:
  struct Reply {
    std::optional<protocol::RequestId> id;
    std::optional<protocol::Result<protocol::Position>> result;  ///< none: not yet
  };

  // Requester
  void on_published(protocol::RequestId id, protocol::Result<protocol::Position> result) override;
  void on_state(protocol::Result<topics::LogImagePtr> /*state*/) override {}

  [[nodiscard]] std::optional<protocol::Result<protocol::Position>> publish_one(
      protocol::native::PublishItem& item, protocol::RequestId index, const Publisher& publisher);
  void settle(Reply& reply, protocol::Result<protocol::Position> result);

  Options options_;
  SessionId id_;
  std::vector<Reply> replies_;
  std::size_t missing_ = 0;
  bool is_array_ = false;
};

/// Answers a request to /v1/publish. Source: SPEC.md section 12.
[[nodiscard]] net::Answer answer_publish(const http::Request& request,
                                         net::ExchangePort& connection,
                                         const ClientContext& context);

}  // namespace weir::gateway::app
