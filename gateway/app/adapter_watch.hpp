#pragma once

#include "adapters/abi/call_book.hpp"
#include "gateway/core/log.hpp"
#include "gateway/core/time.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir::gateway::app {

/// Looks whether the calls into adapters return, from a thread of its own: says so where one does
/// not, and again when it has. Owned by the bridge; what it watches outlives it.
///
/// Threads: any; `look` is for its own thread, and for tests.
class AdapterWatch {
public:
  struct Options {
    Duration call_max = std::chrono::seconds(3);   ///< a call that takes longer is told
    Duration stop_max = std::chrono::seconds(10);  ///< one that holds up a stop for longer ends it
    Duration interval = std::chrono::milliseconds(500);
    Log* log = nullptr;
    /// A call holds up the stop; says which, in a sentence. Once.
    std::function<void(const std::string& what)> on_stuck;
  };
  /// One adapter.
  struct Watched {
    std::string name;
    const adapters::abi::CallBook* calls = nullptr;
    /// A call takes too long; nothing: it has returned.
    std::function<void(std::string_view function)> on_change;
  };

  explicit AdapterWatch(Options options);
  ~AdapterWatch();
  AdapterWatch(const AdapterWatch&) = delete;
  AdapterWatch& operator=(const AdapterWatch&) = delete;

  void add(Watched watched);
  /// From now on nobody waits for an adapter any longer than `stop_max`.
  void begin_stop(TimePoint now);
  /// What the thread does at each interval.
  void look(TimePoint now);

private:
  using Call = adapters::abi::CallBook::Call;
  struct Entry {
    Watched watched;
    std::optional<Call> told;  ///< took too long, and has not returned when we looked last
  };

  void run();
  void look_at(Entry& entry, TimePoint now);
  void check_stop(const Entry& entry, const Call& call, TimePoint now);

  Options options_;
  std::mutex mutex_;  ///< of all below; held while `on_change` and `on_stuck` are called
  std::condition_variable wake_up_;
  std::vector<Entry> entries_;
  std::optional<TimePoint> stop_began_;
  bool is_stuck_ = false;
  bool is_ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace weir::gateway::app
