#pragma once

#include "clients/cpp/events.hpp"
#include "clients/cpp/machine.hpp"
#include "clients/cpp/url.hpp"
#include "protocol/core/command.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

namespace weir::clients::cpp {

struct ClientOptions {
  Url url;
  MachineOptions session;
  std::string ca_file{};  ///< who may vouch for a `wss` gateway, PEM; empty: whom the system trusts
};

/// A client of one gateway: connects, keeps the connection alive, comes back and resumes. All of it
/// happens on the thread that calls `run`; but for `post`, nothing here may be called from another
/// one. The functions that ask for something may be called before `run` and from every callback.
class Client {
public:
  using Handler = std::function<void(const ClientEvent&)>;
  using Callback = std::function<void()>;

  /// `handler` gets every event; a delivery counts as handled when it returns.
  Client(ClientOptions options, Handler handler);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  // Each request gets one Reply with the id that is returned; see Machine.
  protocol::RequestId subscribe(const std::string& filter, protocol::SubscribeOptions options = {});
  protocol::RequestId unsubscribe(const std::string& filter);
  protocol::RequestId publish(protocol::Publication publication);
  protocol::RequestId limit(protocol::LimitCommand limit);
  /// For `gateway_unix_ms`.
  protocol::RequestId ping();
  /// Unix milliseconds of the gateway's clock; none before a ping was answered on this connection.
  /// With the option `wants_time` its difference to a delivery's is the age of that.
  [[nodiscard]] std::optional<std::int64_t> gateway_unix_ms() const;
  /// Closes the connection for good; `run` returns soon after.
  void stop();

  /// Connects, and returns when the client has ended: after `stop`, or after a Disconnected without
  /// `retry_in`.
  void run();

  // What an application may wait for beside the gateway. A callback that has not been called when
  // the client ends is never called.
  /// Calls once, after that time.
  void after(Duration wait, Callback callback);
  /// Calls once, when the descriptor can be read from without waiting, or has ended. One at a time.
  void when_readable(int descriptor, Callback callback);
  /// Calls when the process gets one of these signals, instead of what they do otherwise.
  void on_signals(std::initializer_list<int> signals, const Callback& callback);
  /// Calls from `run`, soon. From any thread.
  void post(Callback callback);

private:
  class Shell;
  std::unique_ptr<Shell> shell_;
};

}  // namespace weir::clients::cpp
