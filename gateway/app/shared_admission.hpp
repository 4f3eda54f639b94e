#pragma once

#include "gateway/net/admission.hpp"

#include <mutex>

namespace weir::gateway::app {

/// Counts the connections of all shards together. Any thread; outlives the shards.
class SharedAdmission final : public net::Admission {
public:
  explicit SharedAdmission(net::ConnectionCounter::Options options) : counter_(options) {}

  [[nodiscard]] net::Verdict admit(net::PeerKey peer) override {
    const std::lock_guard lock(mutex_);
    return counter_.admit(peer);
  }
  void release(net::PeerKey peer) override {
    const std::lock_guard lock(mutex_);
    counter_.release(peer);
  }
  [[nodiscard]] net::Verdict move(net::PeerKey from, net::PeerKey to) override {
    const std::lock_guard lock(mutex_);
    return counter_.move(from, to);
  }

private:
  std::mutex mutex_;
  net::ConnectionCounter counter_;  // under the lock
};

}  // namespace weir::gateway::app
