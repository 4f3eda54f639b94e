#pragma once

#include "gateway/core/address_prefix.hpp"
#include "gateway/core/log.hpp"
#include "gateway/core/time.hpp"
#include "gateway/http/message.hpp"
#include "gateway/net/admission.hpp"
#include "gateway/net/counters.hpp"
#include "gateway/net/exchange.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/session/endpoint.hpp"
#include "protocol/core/error.hpp"
#include "protocol/core/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;  // NOLINT(*-identifier-naming): Asio's; its headers stay in .cpp files
}

namespace weir::gateway::net {

/// What a client asked for with its upgrade, or with a request for an event stream. The views live
/// for the call.
struct UpgradeTarget {
  std::string_view path{};          ///< one of the routes
  std::string_view query{};         ///< without '?', still percent-encoded
  std::string_view subprotocol{};   ///< chosen: one of the route's
  std::string_view origin{};        ///< empty: none was sent
  std::string_view peer_address{};  ///< IP address without the port
  std::string_view offered{};       ///< all subprotocols that the client has offered
  std::string_view cookies{};       ///< of the Cookie header; empty: none was sent
  bool is_compressed = false;       ///< deliveries may be: RFC 7692, without context takeover
  std::size_t listener = 0;         ///< which of the options' listeners it came to
  const http::Request* event_request = nullptr;  ///< of an event stream; nullptr: a WebSocket
  const PeerCertificate* certificate = nullptr;  ///< of the client; nullptr: it has shown none
};

/// What a front end needs from the shard that owns it. All calls come from the shard's thread.
class FrontEndPort {
public:
  virtual ~FrontEndPort() = default;

  /// Before any other call of a turn, to endpoints too.
  virtual void begin_turn(Now now) = 0;
  /// Everything that came in was handed over. Afterwards the due connections are flushed.
  virtual void end_turn() = 0;
  /// What stands behind the new connection; nullptr: nobody takes it, and the client gets 503. The
  /// `connection` outlives the endpoint; it may be asked for a flush at once.
  virtual std::unique_ptr<session::Endpoint> make_endpoint(const UpgradeTarget& target,
                                                           session::ConnectionPort& connection,
                                                           Now now) = 0;
  /// What tells a WebSocket client that there is no room for it, and when to come back; nullptr:
  /// nothing does, and the client gets the answer to its handshake, which no page can read.
  virtual std::unique_ptr<session::Endpoint> make_refusal(const UpgradeTarget& /*target*/,
                                                          session::ConnectionPort& /*connection*/) {
    return nullptr;
  }
  /// Answers a request that is neither an upgrade nor for an event stream. The `connection`
  /// outlives the exchange.
  virtual Answer respond(const http::Request& request, ExchangePort& connection) = 0;
};

/// One address to listen on.
struct ListenerOptions {
  std::string address = "127.0.0.1";  ///< an IP address
  std::uint16_t port = 0;             ///< 0: any free one
  http::ListenerRole role = http::ListenerRole::client;
  std::vector<std::string> origins{};  ///< empty: same host; "*" or exact origins
  bool allows_deflate = false;      ///< permessage-deflate for the routes, where clients offer it
  std::optional<TlsContext> tls{};  ///< none: plain
  /// Their X-Forwarded-For is believed.
  std::vector<AddressPrefix> trusted_proxies{};
  /// Connections are from trusted proxies only, and begin with a PROXY header.
  bool takes_proxy_header = false;
};

/// An endpoint of the client listeners.
struct RouteOptions {
  std::string path;
  std::vector<std::string> subprotocols{};  ///< the one we like best first; one of them is required
  /// Server-Sent Events in answer to GET, instead of WebSockets: what its endpoints hand out begins
  /// with the head of the response.
  bool is_event_stream = false;
};

/// `/echo`, for conformance suites: returns every message.
struct EchoOptions {
  bool is_enabled = false;
  std::size_t max_message_bytes = std::size_t{16} * 1024 * 1024;
  bool allows_deflate = true;
};

struct FrontEndOptions {
  protocol::Limits limits{};
  std::vector<ListenerOptions> listeners{};
  /// Whether other shards listen on the same addresses.
  bool reuses_port = false;
  std::vector<RouteOptions> routes{RouteOptions{.path = "/ws", .subprotocols = {"weir.v1.json"}}};
  EchoOptions echo{};
  Duration close_grace = std::chrono::seconds(5);  ///< from close_all to the reset of who is left
  /// Shared by the shards, outlives them; nullptr: this front end counts for itself.
  Admission* admission = nullptr;
};

/// Where a listener listens, with the port that it got.
struct BoundAddress {
  std::string address;
  std::uint16_t port = 0;
  http::ListenerRole role = http::ListenerRole::client;
};

/// The WebSocket and HTTP front end of one shard: it owns the listeners, all their connections and
/// the endpoints behind these. Everything happens in turns on the thread that runs the io_context:
/// what came in is handed over, then each due connection is flushed once. The io_context must
/// outlive it and must not run any more once it is gone.
class FrontEnd {
public:
  /// Binds and listens. Throws std::runtime_error that names the address which cannot be had.
  FrontEnd(boost::asio::io_context& io, FrontEndOptions options, FrontEndPort& port, Log& log);
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;
  ~FrontEnd();

  /// In the order of the options.
  [[nodiscard]] const std::vector<BoundAddress>& addresses() const;
  [[nodiscard]] const Counters& counters() const;
  /// Open connections, HTTP ones included.
  [[nodiscard]] std::size_t connection_count() const;

  /// Does `work` as a turn: begin_turn, work, end_turn, then the due connections are flushed. For
  /// all that reaches endpoints other than through this class; not from inside a turn.
  void run_turn(const std::function<void(Now)>& work);

  /// What a listener goes by from its next connection on: origins, compression, certificate; its
  /// address and its role stay. `listener`: its place in the options.
  void change_listener(std::size_t listener, const ListenerOptions& options);

  /// Closes the listeners of this role. Connections go on.
  void stop_accepting(http::ListenerRole role);
  /// Ends all WebSockets, event streams and the HTTP connections to client listeners: what
  /// endpoints still have to say, then a close frame with `reason`; who has not answered after the
  /// grace is reset.
  void close_all(protocol::CloseReason reason);
  /// Whether no connection to a client listener is left.
  [[nodiscard]] bool is_idle() const;

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::gateway::net
