#include "gateway/net/front_end.hpp"

#include "gateway/net/http_connection.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/reactor.hpp"
#include "gateway/net/services.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <optional>
#include <utility>

namespace weir::gateway::net {
namespace {

namespace asio = boost::asio;

constexpr int accepts_max = 64;  ///< in one turn of one listener
constexpr std::uint64_t admin_connections_max = 64;

Now read_clock() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {.steady = std::chrono::steady_clock::now(),
          .unix_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()};
}

std::vector<Route> routes_of(const FrontEndOptions& options) {
  std::vector<Route> routes;
  routes.reserve(options.routes.size() + 1);
  for (const auto& route : options.routes) {
    routes.push_back({.path = route.path,
                      .subprotocols = route.subprotocols,
                      .settings = route.is_event_stream ? event_stream_settings(options.limits)
                                                        : client_settings(options.limits)});
  }
  if (!options.echo.is_enabled) return routes;
  Route echo{.path = "/echo",
             .requires_subprotocol = false,
             .settings = echo_settings(options.limits, options.echo.max_message_bytes),
             .is_echo = true};
  if (options.echo.allows_deflate) echo.deflate.emplace();
  routes.push_back(std::move(echo));
  return routes;
}

}  // namespace

class FrontEnd::Impl {
public:
  Impl(asio::io_context& io, FrontEndOptions options, FrontEndPort& port, Log& log)
      : options_(std::move(options)),
        io_(io),
        reactor_(read_clock()),
        own_admission_({.connections = connection_limit(options_.limits.connections),
                        .connections_per_ip = options_.limits.connections_per_ip,
                        .loopback_exempt = options_.limits.loopback_exempt}),
        services_{.reactor = reactor_,
                  .counters = counters_,
                  .admission = options_.admission != nullptr ? *options_.admission : own_admission_,
                  .port = port,
                  .log = log,
                  .routes = routes_of(options_),
                  .request_limits = {.header_bytes = options_.limits.header_bytes,
                                     .body_bytes = options_.limits.body_bytes},
                  .handshake = milliseconds(options_.limits.handshake_ms)},
        sockets_(io, reactor_.descriptor()),
        timer_(io) {
    for (const auto& listener : options_.listeners) listen(listener);
    watch_sockets();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    sockets_.release();  // it is the reactor's own descriptor
    reactor_.clear();
  }

  void run_turn(const std::function<void(Now)>& work) {
    assert(!is_in_turn_);
    is_in_turn_ = true;
    const auto now = read_clock();
    reactor_.begin(now);
    services_.port.begin_turn(now);
    work(now);
    reactor_.dispatch();
    if (reset_at_ && now.steady >= *reset_at_) reset_all();
    services_.port.end_turn();
    reactor_.flush();
    is_in_turn_ = false;
    plan_next_turn();
  }

  void change_listener(std::size_t listener, const ListenerOptions& options) {
    auto& view = *views_.at(listener);
    view.origins = options.origins;
    view.allows_deflate = options.allows_deflate;
    view.tls = options.tls;
    view.trusted_proxies = options.trusted_proxies;
    view.takes_proxy_header = options.takes_proxy_header;
  }

  void stop_accepting(http::ListenerRole role) {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      if (views_[i]->role == role) listeners_[i]->stop();
    }
  }

  void close_all(protocol::CloseReason reason) {
    run_turn([&](Now now) {
      reset_at_ = now.steady + options_.close_grace;
      reactor_.visit([&](Peer& peer) { peer.end(reason); });
    });
  }

  [[nodiscard]] bool is_idle() const { return reactor_.size() == services_.open_admin; }
  [[nodiscard]] std::size_t size() const { return reactor_.size(); }
  [[nodiscard]] const std::vector<BoundAddress>& addresses() const { return addresses_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

private:
  void listen(const ListenerOptions& options) {
    const auto index = listeners_.size();
    views_.push_back(std::make_unique<ListenerView>(
        ListenerView{.role = options.role,
                     .origins = options.origins,
                     .index = index,
                     .allows_deflate = options.allows_deflate,
                     .tls = options.tls,
                     .trusted_proxies = options.trusted_proxies,
                     .takes_proxy_header = options.takes_proxy_header}));
    listeners_.push_back(std::make_unique<Listener>(
        io_,
        Listener::Options{.address = options.address,
                          .port = options.port,
                          .reuses_port = options_.reuses_port,
                          .write_progress_ms = options_.limits.write_progress_ms},
        [this, index] { run_turn([&](Now) { accept(*listeners_[index], *views_[index]); }); }));
    addresses_.push_back(
        {.address = options.address, .port = listeners_.back()->port(), .role = options.role});
  }

  void accept(Listener& listener, const ListenerView& view) {
    for (int i = 0; i < accepts_max; ++i) {
      const bool is_tls = view.tls && !view.takes_proxy_header;  // else after the header
      auto [connection, failure] = listener.accept(is_tls ? &*view.tls : nullptr);
      if (connection) {
        take(std::move(*connection), view);
        continue;
      }
      if (failure == Listener::Failure::no_descriptor) {
        ++counters_.accept_failures;
        services_.log.warning("net", "no_descriptors", {{"open", reactor_.size()}});
      }
      return;
    }
  }

  void take(Listener::Connection connection, const ListenerView& view) {
    ++counters_.accepted;
    const bool is_proxy = contains(view.trusted_proxies, connection.address);
    if (view.takes_proxy_header && !is_proxy) return refuse_untrusted(connection);
    // Whoever is behind a proxy is counted when that has said who it is.
    const auto peer = is_proxy ? PeerKey::behind_proxy() : peer_key(connection.address);
    const auto verdict = admit(peer, view.role);
    if (verdict == Verdict::too_many) counters_.count(Refusal::connections);
    if (verdict == Verdict::too_many_per_peer) counters_.count(Refusal::connections_per_ip);
    if (verdict != Verdict::admitted && services_.open_refused >= refusals_max) {
      return connection.stream->reset();
    }
    const auto descriptor = connection.stream->descriptor();
    auto owned = std::make_unique<HttpConnection>(services_,
                                                  Accepted{.stream = std::move(connection.stream),
                                                           .address = std::move(connection.address),
                                                           .peer = peer,
                                                           .verdict = verdict,
                                                           .listener = &view});
    auto& added = *owned;
    if (reactor_.add(std::move(owned), descriptor) != nullptr) return added.start();
    if (verdict == Verdict::admitted && view.role == http::ListenerRole::client) {
      services_.admission.release(peer);
    }
  }

  void refuse_untrusted(Listener::Connection& connection) {
    counters_.count(Refusal::untrusted_proxy);
    services_.log.info("net", "untrusted_proxy", {{"peer", connection.address}});
    connection.stream->reset();
  }

  [[nodiscard]] Verdict admit(PeerKey peer, http::ListenerRole role) {
    if (role == http::ListenerRole::client) return services_.admission.admit(peer);
    // Apart from the clients, so that whoever looks after the gateway gets in when it is full.
    return services_.open_admin < admin_connections_max ? Verdict::admitted : Verdict::too_many;
  }

  void reset_all() {
    reset_at_.reset();
    reactor_.visit([](Peer& peer) { peer.abort(); });
  }

  void watch_sockets() {
    sockets_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& error) {
      if (error) return;
      run_turn([](Now) {});
      watch_sockets();
    });
  }

  void plan_next_turn() {
    if (reactor_.has_more()) return post_turn();
    auto at = reactor_.next_wake_up();
    if (reset_at_) at = at ? std::min(*at, *reset_at_) : reset_at_;
    // Deadlines mostly move back; a turn too early now and then costs less than moving the timer.
    if (!at || (timer_at_ && *timer_at_ <= *at)) return;
    timer_at_ = at;
    timer_.expires_at(*at);
    timer_.async_wait([this](const auto& error) {
      if (error) return;
      timer_at_.reset();
      run_turn([](Now) {});
    });
  }

  void post_turn() {
    if (std::exchange(is_turn_posted_, true)) return;
    asio::post(io_, [this] {
      is_turn_posted_ = false;
      run_turn([](Now) {});
    });
  }

  FrontEndOptions options_;
  asio::io_context& io_;
  Reactor reactor_;
  Counters counters_;
  ConnectionCounter own_admission_;
  Services services_;
  std::vector<std::unique_ptr<ListenerView>> views_;  ///< at fixed places, one for each listener
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<BoundAddress> addresses_;
  asio::posix::stream_descriptor sockets_;
  asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;  ///< what the timer waits for
  std::optional<TimePoint> reset_at_;  ///< the end of close_all's grace
  bool is_turn_posted_ = false;
  bool is_in_turn_ = false;
};

FrontEnd::FrontEnd(asio::io_context& io, FrontEndOptions options, FrontEndPort& port, Log& log)
    : impl_(std::make_unique<Impl>(io, std::move(options), port, log)) {
}

FrontEnd::~FrontEnd() = default;

const std::vector<BoundAddress>& FrontEnd::addresses() const {
  return impl_->addresses();
}
const Counters& FrontEnd::counters() const {
  return impl_->counters();
}
std::size_t FrontEnd::connection_count() const {
  return impl_->size();
}
void FrontEnd::run_turn(const std::function<void(Now)>& work) {
  impl_->run_turn(work);
}
void FrontEnd::change_listener(std::size_t listener, const ListenerOptions& options) {
  impl_->change_listener(listener, options);
}
void FrontEnd::stop_accepting(http::ListenerRole role) {
  impl_->stop_accepting(role);
}
void FrontEnd::close_all(protocol::CloseReason reason) {
  impl_->close_all(reason);
}
bool FrontEnd::is_idle() const {
  return impl_->is_idle();
}

}  // namespace weir::gateway::net
