#pragma once

#include "gateway/config/config.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/hub.hpp"
#include "gateway/session/publish_rates.hpp"

namespace weir::gateway::app {

/// What the requests of clients need of the shard that they came to.
struct ClientContext {
  session::Hub& hub;
  session::PublishRates& rates;
  const session::Authenticator& authenticator;
  const config::Config& config;
  bool is_draining = false;
};

}  // namespace weir::gateway::app
