#pragma once

#include "adapters/common/wake_up.hpp"
#include "gateway/app/admin_routes.hpp"
#include "gateway/app/event_loop.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/front_end.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace weir::gateway::app {

/// The admin port, on a thread of its own: it answers however busy the shards are, and may wait for
/// them. Owned by the app; the source must outlive it.
class AdminServer final : public net::FrontEndPort {
public:
  /// Binds and listens; `tls`: none: plain. Errors: std::runtime_error - the address cannot be had.
  AdminServer(const config::Config& config,
              std::optional<net::TlsContext> tls,
              AdminSource& source,
              Log& log);
  ~AdminServer() override;
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  void start() { loop_.start(); }
  /// Any thread: what it shows from its next connection on.
  void change_certificate(std::optional<net::TlsContext> tls);
  [[nodiscard]] const net::BoundAddress& address() const { return front_end_->addresses().at(0); }

  // FrontEndPort
  void begin_turn(Now /*now*/) override {}
  void end_turn() override {}
  std::unique_ptr<session::Endpoint> make_endpoint(const net::UpgradeTarget& target,
                                                   session::ConnectionPort& connection,
                                                   Now now) override;
  net::Answer respond(const http::Request& request, net::ExchangePort& connection) override;

private:
  void take_certificate();

  std::string listen_address_;
  AdminSource& source_;
  std::mutex mutex_;
  std::optional<net::ListenerOptions> next_;  ///< under the lock
  adapters::common::WakeUp wake_up_;
  EventLoop loop_;
  std::unique_ptr<net::FrontEnd> front_end_;
};

}  // namespace weir::gateway::app
