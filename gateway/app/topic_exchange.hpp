#pragma once

#include "gateway/app/client_context.hpp"
#include "gateway/http/message.hpp"
#include "gateway/net/exchange.hpp"
#include "gateway/session/requester.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// One GET of a topic that another shard owns, until that has answered. Owned by its connection;
/// the hub outlives it.
class TopicExchange final : public net::Exchange, private session::Requester {
public:
  struct Options {
    session::Hub& hub;
    net::ExchangePort& connection;
    std::string topic;
    std::optional<protocol::Position> known{};  ///< the client has what the topic held there
    std::vector<http::Header> headers{};        ///< of the response
  };

  /// Asks at once.
  explicit TopicExchange(Options options);
  TopicExchange(const TopicExchange&) = delete;
  TopicExchange& operator=(const TopicExchange&) = delete;
  ~TopicExchange() override;

  [[nodiscard]] bool is_answered() const { return state_.has_value(); }

  // Exchange
  [[nodiscard]] http::Response take_response() override;

private:
  // Requester
  void on_published(protocol::RequestId /*id*/,
                    protocol::Result<protocol::Position> /*result*/) override {}
  void on_state(protocol::Result<topics::LogImagePtr> state) override;

  Options options_;
  SessionId id_;
  std::optional<protocol::Result<topics::LogImagePtr>> state_;
};

/// Answers a request to /v1/topics/<name>. Shape: `name` is still percent-encoded.
/// Source: SPEC.md section 12.
[[nodiscard]] net::Answer answer_topic(const http::Request& request,
                                       std::string_view name,
                                       net::ExchangePort& connection,
                                       const ClientContext& context);

}  // namespace weir::gateway::app
