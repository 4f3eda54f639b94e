#pragma once

#include <string>
#include <string_view>

namespace weir::gateway::app {

/// Tells the service manager that started this process how it is, where there is one
/// (`Type=notify`). Nothing else depends on whether it is heard.
/// Source: sd_notify(3).
class ServiceNotice {
public:
  /// `address`: what NOTIFY_SOCKET says: a path, or '@' and an abstract name; empty: nobody
  /// listens.
  explicit ServiceNotice(std::string address) : address_(std::move(address)) {}

  /// All ports are open and all adapters have begun.
  void ready() const { send("READY=1"); }
  /// The configuration is being read again; `ready` follows.
  void reloading() const;
  /// It is on its way out.
  void stopping() const { send("STOPPING=1"); }

private:
  void send(std::string_view text) const;

  std::string address_;
};

}  // namespace weir::gateway::app
