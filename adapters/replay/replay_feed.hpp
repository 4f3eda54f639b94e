#pragma once

#include "adapters/replay/player.hpp"
#include "adapters/replay/recording_file.hpp"
#include "adapters/replay/replay_config.hpp"
#include "protocol/core/error.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <weir/adapter.hpp>

namespace weir::adapters::replay {

/// Plays the recording in a thread of its own, and lets the gateway hold it up.
class ReplayFeed final : public abi::Adapter {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong, or the recording cannot be read.
  ReplayFeed(const abi::Settings& settings, abi::Host host);
  ~ReplayFeed() override;
  ReplayFeed(const ReplayFeed&) = delete;
  ReplayFeed& operator=(const ReplayFeed&) = delete;

  void start() override;
  void stop() override;
  void resumed() override;
  void receipts(const abi::Receipts& receipts) override;

private:
  void run();
  /// Once from the beginning to the end. False: it was stopped.
  bool play();
  bool publish(std::span<const weir_publication> entries);
  void skip(std::uint64_t line, const protocol::Error& error);

  // False: it is to end.
  bool wait_until(TimePoint time);
  bool wait_for_room();

  ReplayConfig config_;
  std::size_t line_bytes_max_;
  abi::Host host_;
  std::thread thread_;
  bool has_published_ = false;  ///< in this round; of the thread

  std::mutex mutex_;
  std::condition_variable changed_;
  // under the lock
  std::uint64_t skipped_ = 0;
  bool is_paused_ = false;  ///< by the gateway
  bool is_stopping_ = false;
};

}  // namespace weir::adapters::replay
