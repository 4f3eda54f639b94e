#pragma once

#include "gateway/core/address_prefix.hpp"
#include "gateway/core/log.hpp"
#include "gateway/core/time.hpp"
#include "gateway/net/admission.hpp"
#include "gateway/net/counters.hpp"
#include "gateway/net/front_end.hpp"
#include "gateway/net/handshake.hpp"
#include "gateway/net/reactor.hpp"
#include "gateway/net/request_reader.hpp"
#include "gateway/net/tls_context.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::net {

/// A listener as its connections see it.
struct ListenerView {
  http::ListenerRole role = http::ListenerRole::client;
  std::vector<std::string> origins{};
  std::size_t index = 0;  ///< in the front end's options
  bool allows_deflate = false;
  std::optional<TlsContext> tls{};  ///< none: plain
  std::vector<AddressPrefix> trusted_proxies{};
  bool takes_proxy_header = false;  ///< of trusted proxies, who alone may connect then
};

/// Connections that are told why they are refused, at the same time.
inline constexpr std::size_t refusals_max = 64;

/// What all connections of a front end use. Owned by it, outlives them.
struct Services {
  Reactor& reactor;
  Counters& counters;
  Admission& admission;
  FrontEndPort& port;
  Log& log;
  std::vector<Route> routes;
  RequestLimits request_limits;
  Duration handshake;
  std::size_t open_admin = 0;    ///< connections to admin listeners
  std::size_t open_refused = 0;  ///< connections that are only told why they are refused
};

}  // namespace weir::gateway::net
