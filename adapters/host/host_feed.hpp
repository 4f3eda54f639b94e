#pragma once

#include "adapters/host/describe.hpp"
#include "adapters/host/host_config.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::host {

/// Samples the kernel once per interval in a thread of its own and publishes what has come of it;
/// a device that is gone is removed. With `on_demand` only while somebody wants it.
class HostFeed final : public abi::Adapter {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  HostFeed(const abi::Settings& settings, abi::Host host);
  ~HostFeed() override;
  HostFeed(const HostFeed&) = delete;
  HostFeed& operator=(const HostFeed&) = delete;

  void start() override;
  void stop() override;
  void wanted(std::string_view filter) override;
  void unwanted(std::string_view filter) override;
  void resumed() override;

private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void run();
  /// False: it is to end.
  bool wait_for_demand();
  bool wait_until(TimePoint time);
  void take_round();
  void report(const Sample& sample);
  void publish(const std::vector<HostTopic>& topics);

  HostConfig config_;
  abi::Host host_;
  std::thread thread_;

  // of the thread
  std::optional<Sample> last_;
  std::set<std::string> published_;  ///< topics that have a value

  std::mutex mutex_;
  std::condition_variable changed_;
  // under the lock
  std::size_t wanted_count_ = 0;
  bool is_paused_ = false;  ///< by the gateway
  bool is_stopping_ = false;
};

}  // namespace weir::adapters::host
