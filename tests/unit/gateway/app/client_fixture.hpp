#pragma once

#include "gateway/app/client_context.hpp"
#include "gateway/http/message.hpp"
#include "gateway/net/exchange.hpp"
#include "tests/support/anonymous_only.hpp"
#include "tests/unit/gateway/session/session_fixture.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weir::gateway::app {

/// A shard without sockets, to which requests come one by one.
struct ClientFixture : net::ExchangePort {
  explicit ClientFixture(session::HubOptions options = {}, bool is_anonymous_allowed = true)
      : rig(std::move(options)), authenticator(is_anonymous_allowed ? &rig.rights : nullptr) {
    config.listen.resize(1);
    config.limits = rig.hub.options().limits;
  }

  ClientFixture(const ClientFixture&) = delete;
  ClientFixture& operator=(const ClientFixture&) = delete;
  virtual ~ClientFixture() = default;

  void on_answered() override { ++answered; }

  [[nodiscard]] ClientContext context() {
    return {.hub = rig.hub,
            .rates = rates,
            .authenticator = authenticator,
            .places = nullptr,
            .listen = config.listen,
            .cookie = config.auth.cookie,
            .limits = config.limits,
            .is_draining = is_draining};
  }
  /// A request with a Host, from this machine.
  static http::Request request(std::string method,
                               std::string target,
                               std::vector<http::Header> headers = {},
                               std::string body = {}) {
    headers.push_back({"Host", "127.0.0.1:8080"});
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = std::move(headers),
            .body = std::move(body),
            .peer_address = "127.0.0.1"};
  }

  session::Rig rig;
  tests::AnonymousOnly authenticator;
  config::Config config;
  session::PublishRates rates{session::PublishRates::Options{}};
  bool is_draining = false;
  int answered = 0;
};

/// "200 the body", without the line end.
inline std::string words(const http::Response& response) {
  auto body = response.body;
  if (body.ends_with('\n')) body.pop_back();
  return std::to_string(response.status) + " " + body;
}
/// The same, or "later".
inline std::string words(const net::Answer& answer) {
  const auto* response = std::get_if<http::Response>(&answer);
  return response == nullptr ? "later" : words(*response);
}
inline std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace weir::gateway::app
