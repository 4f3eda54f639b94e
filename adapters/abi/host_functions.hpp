#pragma once

#include "adapters/abi/host_port.hpp"
#include "adapters/abi/translation.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <weir/weir_adapter.h>

namespace weir::adapters::abi {

/// The host's half of one AdapterInstance: the table of functions that its adapter calls, checked
/// and passed on to the port. Thread-safe. Never throws into the adapter. What is called wrongly is
/// refused with the reason; where the function has no answer it is logged, and counted as
/// `misuses`.
class HostFunctions {
public:
  /// When an adapter may hand something in.
  enum class Phase {
    opened,   ///< not yet: nobody may see that it has been opened
    running,  ///< from the beginning of `start` to the end of `stop`
    stopped,
  };

  HostFunctions(PublicationLimits limits, HostPort& port);
  ~HostFunctions() = default;
  HostFunctions(const HostFunctions&) = delete;
  HostFunctions& operator=(const HostFunctions&) = delete;

  [[nodiscard]] const weir_host& table() const { return table_; }
  /// `running` at first.
  void enter(Phase phase) { phase_ = phase; }

  /// False when it was so already.
  bool add_wanted(std::string_view filter);
  bool remove_wanted(std::string_view filter);
  [[nodiscard]] std::vector<std::string> wanted() const;
  [[nodiscard]] WantedFilters first_wanted(std::size_t filters_max) const;

  /// The adapter now owes an end to this send or replay.
  void open_send(std::uint64_t send_id);
  void open_replay(std::uint64_t replay_id);
  /// Ends what the adapter has left open: unknown for sends, unavailable for replays.
  void end_all();

  /// One of our own counters of this adapter; not among those that it may have.
  void count_own(std::string_view event);
  /// All counters, the adapter's and our own.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

  // What the adapter calls, by way of the table.
  weir_answer publish(const weir_publication* items, std::size_t count, weir_refusal* refusal);
  weir_answer gap(weir_text topic, weir_cause cause, weir_error* error);
  weir_answer reset(weir_text topic, weir_error* error);
  void status(weir_state state, weir_text reason);
  void log(weir_level level, weir_text text);
  void count(weir_text event, std::uint64_t n);
  void listening(weir_text url);
  void each_wanted(weir_text_sink sink, void* sink_context);
  void sent(std::uint64_t send_id, weir_outcome outcome, const weir_error* error);
  weir_answer replay_entries(std::uint64_t replay_id,
                             const weir_publication* items,
                             std::size_t count,
                             weir_refusal* refusal);
  void replay_end(std::uint64_t replay_id, const weir_error* error);

private:
  weir_answer refuse(std::size_t index, const protocol::Error& error, weir_refusal* refusal);
  [[nodiscard]] protocol::Result<void> check_phase() const;
  void misuse(std::string_view function, std::string_view what);
  bool is_open_replay(std::uint64_t replay_id) const;

  PublicationLimits limits_;
  HostPort& port_;
  weir_host table_{};
  std::atomic<Phase> phase_ = Phase::running;

  mutable std::mutex mutex_;  ///< of all below; never held while the port or the adapter is called
  std::set<std::string, std::less<>> wanted_;
  std::set<std::uint64_t> open_sends_;
  std::set<std::uint64_t> open_replays_;
  std::map<std::string, std::uint64_t, std::less<>> counters_;
  std::map<std::string, std::uint64_t, std::less<>> own_counters_;
  std::set<std::string, std::less<>> urls_;
  std::optional<StatusReport> last_status_;
};

}  // namespace weir::adapters::abi
