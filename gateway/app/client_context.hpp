#pragma once

#include "gateway/config/config.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/hub.hpp"
#include "gateway/session/identity_places.hpp"
#include "gateway/session/publish_rates.hpp"
#include "protocol/core/limits.hpp"

#include <string>
#include <vector>

namespace weir::gateway::app {

/// What the requests of clients need of the shard that they came to.
struct ClientContext {
  session::Hub& hub;
  session::PublishRates& rates;
  const session::Authenticator& authenticator;
  session::IdentityPlaces* places;  ///< nullptr: sessions of an identity are not counted
  const std::vector<config::ListenConfig>& listen;  ///< in the order of the front end's listeners
  const std::string& cookie;                        ///< that may hold a token; empty: none
  const protocol::Limits& limits;
  bool is_draining = false;
};

}  // namespace weir::gateway::app
