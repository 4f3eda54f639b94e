#pragma once

#include "tests/bench/adapters/broker.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace weir::tests::bench {

/// Publishes stamped messages from 1 on as fast as the broker takes them, but never more than
/// `window` ahead of what has arrived: what the broker has to keep stays the same for everybody.
/// A thread of its own, from construction to `stop`.
class Flood {
public:
  struct Options {
    Place place;
    std::size_t data_bytes = 150;
    std::uint64_t window = 5000;
    int core = -1;  ///< where the thread runs; -1: anywhere
  };

  explicit Flood(const Options& options);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// The number of the newest message that has arrived. Until the first has, only probes are
  /// published, one each ms, because whoever takes them may still be subscribing.
  void set_arrived(std::uint64_t sequence) { arrived_ = sequence; }
  /// The thread is to end. It may need that what is under way is taken until it has.
  void begin_to_stop() { is_stopping_ = true; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  /// Ends the thread. Errors: throws what the publisher has thrown.
  void stop();
  /// CPU that the thread has used so far.
  [[nodiscard]] std::uint64_t cpu_us() const { return cpu_us_; }

private:
  void run();
  void publish_all();

  Options options_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> has_ended_ = false;
  std::atomic<std::uint64_t> arrived_ = 0;
  std::atomic<std::uint64_t> cpu_us_ = 0;
  std::string fault_;  ///< read when the thread has ended
  std::thread thread_;
};

}  // namespace weir::tests::bench
