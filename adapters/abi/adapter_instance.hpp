#pragma once

#include "adapters/abi/call_book.hpp"
#include "adapters/abi/host_port.hpp"
#include "adapters/abi/plugin.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::abi {

/// What an adapter is opened with.
struct AdapterSettings {
  std::string name;                 ///< of the [[adapter]] in the config
  std::string config_json = "{}";   ///< its own keys: one JSON object
  std::vector<std::string> topics;  ///< filters that it owns
  std::size_t entry_bytes_max = 256 * 1024;
  std::size_t line_bytes_max = 1024 * 1024;
};

/// What a client published, for the adapter that owns the topic.
struct SendRequest {
  std::uint64_t send_id = 0;  ///< comes back in SendOutcome
  protocol::Publication publication;
};

/// Asks for the entries with from < offset <= to.
struct ReplayRequest {
  std::uint64_t replay_id = 0;  ///< comes back in ReplayPart
  std::string topic;
  protocol::Epoch epoch;
  protocol::Offset from = 0;
  protocol::Offset to = 0;
};

/// One running adapter, built in or plug-in: turns calls through the C ABI into calls of a HostPort
/// and back. Owned by the gateway's bridge. Nothing that crosses it from either side throws, and
/// what an adapter hands in wrongly is refused and counted here.
///
/// Threads: construction, `start`, `stop` and destruction by one thread; everything else by any.
class AdapterInstance {
public:
  /// Opens the adapter: checks its configuration, without effects.
  /// Shape:  every call into the adapter is in `calls` while it runs, if there is such a book.
  /// Errors: AdapterError - says which adapter and what is wrong with its configuration.
  AdapterInstance(const AdapterCode& code,
                  const AdapterSettings& settings,
                  HostPort& port,
                  CallBook* calls = nullptr);
  /// Stops and closes. No call of the port comes after it.
  ~AdapterInstance();
  AdapterInstance(const AdapterInstance&) = delete;
  AdapterInstance& operator=(const AdapterInstance&) = delete;

  /// Errors: AdapterError - e.g. the address is in use. Once.
  void start();
  /// Waits until the adapter has ended its work; afterwards it publishes nothing more. Idempotent.
  void stop();

  // Each does nothing before `start` and after `stop`; repetitions do nothing, either.
  void wanted(std::string_view filter);
  void unwanted(std::string_view filter);
  void resumed();
  /// Receipts that entries asked for; the adapter forgets those it does not know. Until
  /// destruction.
  void receipts(std::span<const Receipt> receipts);
  /// HostPort::sent follows, exactly once if the adapter is right; `unsupported` if it cannot.
  void send(const SendRequest& request);
  /// HostPort::replayed follows; `unsupported` if it cannot.
  void replay(const ReplayRequest& request);

  [[nodiscard]] bool can_send() const;
  [[nodiscard]] bool can_replay() const;
  [[nodiscard]] const std::string& name() const;
  /// What the adapter counts by itself, at most 32 names, and what is counted of it:
  /// `refused_entries`, `exceptions`, `misuses`. For /metrics.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;
  /// What it was last told to be wanted.
  [[nodiscard]] WantedFilters first_wanted(std::size_t filters_max) const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::abi
