#pragma once

#include <atomic>

namespace weir::adapters::common {

/// Wakes the one thread that watches `descriptor`, however many threads have something for it.
/// Signals that come before it has looked are one system call together. Whoever owns it lets it
/// outlive all who signal. The shards of the gateway are woken by it as well.
class WakeUp {
public:
  /// Errors: std::system_error - no file descriptor is left.
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// Any thread, after it has put down what there is to take.
  void signal();
  /// The woken thread, before it takes: what is put down from now on signals anew.
  void acknowledge();
  /// Readable while there is a signal. Stays ours.
  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  int descriptor_;
  std::atomic<bool> is_woken_ = false;
};

}  // namespace weir::adapters::common
