#pragma once

#include "adapters/abi/adapter_instance.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weir::gateway::app {

/// Calls into one adapter, on a thread of its own, so that neither a shard nor another adapter
/// waits for a slow one. What waits is bounded: demand by its newest state per filter, sends by a
/// limit, receipts by the limit that the adapter's host keeps. Owned by the bridge.
class AdapterWorker {
public:
  struct Options {
    std::size_t open_sends = 1024;  ///< handed in and not ended yet
    std::size_t open_replays = 32;  ///< asked for and not ended yet by the adapter
    /// So many receipts were given.
    std::function<void(std::size_t count)> on_receipts_given;
  };

  /// The adapter must outlive the worker; it is started already.
  AdapterWorker(adapters::abi::AdapterInstance& adapter, Options options);
  ~AdapterWorker();
  AdapterWorker(const AdapterWorker&) = delete;
  AdapterWorker& operator=(const AdapterWorker&) = delete;

  /// Gives the adapter the receipts that wait, but nothing else; from then on it is not called.
  /// What the adapter ends meanwhile, or later, may still be told here.
  void stop();

  // Any thread; none of them waits for the adapter
  void set_wanted(const std::string& filter, bool is_wanted);
  void resume();
  void give(std::vector<adapters::abi::Receipt> receipts);
  /// False: too many are open; nothing was taken.
  [[nodiscard]] bool send(adapters::abi::SendRequest& request);
  /// The adapter has ended one of its sends.
  void on_sent();
  /// False: too many are open; it is not asked.
  [[nodiscard]] bool replay(const adapters::abi::ReplayRequest& request);
  /// The adapter has ended one of its replays.
  void on_replayed();

private:
  struct Work {
    std::map<std::string, bool> demand;
    bool has_room = false;
    std::vector<adapters::abi::Receipt> receipts;
    std::vector<adapters::abi::SendRequest> sends;
    std::vector<adapters::abi::ReplayRequest> replays;

    [[nodiscard]] bool is_empty() const {
      return demand.empty() && !has_room && receipts.empty() && sends.empty() && replays.empty();
    }
  };

  void run();

  adapters::abi::AdapterInstance& adapter_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_up_;
  Work waiting_;                  // under the lock
  std::size_t open_sends_ = 0;    // under the lock
  std::size_t open_replays_ = 0;  // under the lock
  bool is_stopping_ = false;      // under the lock
  std::thread thread_;            // last: it uses the others
};

}  // namespace weir::gateway::app
