#include "gateway/app/admin_server.hpp"

namespace weir::gateway::app {
namespace {

net::FrontEndOptions front_end_options(const config::Config& config) {
  net::FrontEndOptions options;
  options.limits = config.limits;
  // Of its own, so that it answers when clients have used up theirs.
  options.limits.connections = 64;
  options.limits.connections_per_ip = 32;
  options.listeners = {{.address = config.admin.address,
                        .port = config.admin.port,
                        .role = http::ListenerRole::admin}};
  options.routes = {};
  return options;
}

}  // namespace

AdminServer::AdminServer(const config::Config& config, AdminSource& source, Log& log)
    : listen_address_(config.admin.address),
      source_(source),
      loop_(wake_up_, {.on_wake = [] {}, .on_deadline = [] {}}),
      front_end_(
          std::make_unique<net::FrontEnd>(loop_.io(), front_end_options(config), *this, log)) {
}

AdminServer::~AdminServer() {
  loop_.stop();
}

std::unique_ptr<session::Endpoint> AdminServer::make_endpoint(
    const net::UpgradeTarget& /*target*/, session::ConnectionPort& /*connection*/, Now /*now*/) {
  return nullptr;
}

net::Answer AdminServer::respond(const http::Request& request, net::ExchangePort& /*connection*/) {
  return respond_to_admin(request, listen_address_, source_);
}

}  // namespace weir::gateway::app
