#pragma once

#include "gateway/app/app.hpp"
#include "tests/integration/app/websocket_client.hpp"
#include "tests/support/fake_adapter.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weir::tests::app {

/// A whole gateway in this process, on free ports, fed by a FakeAdapter; anybody may do anything.
class RunningApp {
public:
  static gateway::config::Config config(std::uint32_t shards) {
    gateway::config::Config config;
    config.shards = shards;
    config.listen.resize(1);
    config.listen[0].port = 0;
    config.admin.port = 0;
    config.rights = {{.identity = "*", .subscribe = {"#", "$weir/#"}, .publish = {"#"}}};
    config.adapters.resize(1);
    config.adapters[0].name = "fake";
    config.adapters[0].type = "fake";
    return config;
  }

  explicit RunningApp(std::uint32_t shards) : RunningApp(config(shards)) {}
  explicit RunningApp(gateway::config::Config config)
      : app_({.config = std::move(config),
              .config_folder = {},
              .built_ins = FakeAdapter::built_ins(),
              .log = log_,
              .announce =
                  [this](const std::string& line) {
                    const std::lock_guard lock(mutex_);
                    announced_.push_back(line);
                  },
              .version = "test"}) {
    app_.start();
  }

  /// Of a listener for clients, by its place in the config.
  [[nodiscard]] std::uint16_t port(std::size_t listener = 0) const {
    return port_of("client", listener);
  }
  [[nodiscard]] std::uint16_t admin_port() const { return port_of("admin"); }
  [[nodiscard]] gateway::app::App& app() { return app_; }
  [[nodiscard]] FakeAdapter& adapter() { return FakeAdapter::last(); }
  [[nodiscard]] std::vector<std::string> announced() {
    const std::lock_guard lock(mutex_);
    return announced_;
  }
  /// Whether the claim becomes true while the gateway goes on.
  template <class Claim>
  bool eventually(const Claim& claim) {
    const auto limit = std::chrono::steady_clock::now() + Connection::patience;
    while (!claim()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }

private:
  [[nodiscard]] std::uint16_t port_of(const std::string& name, std::size_t index = 0) const {
    for (const auto& address : app_.addresses()) {
      if (!address.starts_with(name + " ") || index-- > 0) continue;
      return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    }
    return 0;
  }

  gateway::app::LogSink log_{{.level = gateway::LogLevel::error, .throttle = {}}};
  std::mutex mutex_;
  std::vector<std::string> announced_;
  gateway::app::App app_;
};

}  // namespace weir::tests::app
