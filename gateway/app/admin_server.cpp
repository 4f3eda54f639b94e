#include "gateway/app/admin_server.hpp"

#include <utility>

namespace weir::gateway::app {
namespace {

net::FrontEndOptions front_end_options(const config::Config& config,
                                       std::optional<net::TlsContext> tls) {
  net::FrontEndOptions options;
  options.limits = config.limits;
  // Of its own, so that it answers when clients have used up theirs.
  options.limits.connections = 64;
  options.limits.connections_per_ip = 32;
  options.listeners = {{.address = config.admin.address,
                        .port = config.admin.port,
                        .role = http::ListenerRole::admin,
                        .tls = std::move(tls)}};
  options.routes = {};
  return options;
}

}  // namespace

AdminServer::AdminServer(const config::Config& config,
                         std::optional<net::TlsContext> tls,
                         AdminSource& source,
                         Log& log)
    : listen_address_(config.admin.address),
      source_(source),
      loop_(wake_up_, {.on_wake = [this] { take_certificate(); }, .on_deadline = [] {}}),
      front_end_(std::make_unique<net::FrontEnd>(
          loop_.io(), front_end_options(config, std::move(tls)), *this, log)) {
}

AdminServer::~AdminServer() {
  loop_.stop();
}

void AdminServer::change_certificate(std::optional<net::TlsContext> tls) {
  {
    const std::lock_guard lock(mutex_);
    next_ = net::ListenerOptions{.role = http::ListenerRole::admin, .tls = std::move(tls)};
  }
  wake_up_.signal();
}

void AdminServer::take_certificate() {
  const std::lock_guard lock(mutex_);
  if (next_) front_end_->change_listener(0, *std::exchange(next_, std::nullopt));
}

std::unique_ptr<session::Endpoint> AdminServer::make_endpoint(
    const net::UpgradeTarget& /*target*/, session::ConnectionPort& /*connection*/, Now /*now*/) {
  return nullptr;
}

net::Answer AdminServer::respond(const http::Request& request, net::ExchangePort& /*connection*/) {
  return respond_to_admin(request, listen_address_, source_);
}

}  // namespace weir::gateway::app
