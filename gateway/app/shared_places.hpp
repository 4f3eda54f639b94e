#pragma once

#include "gateway/session/identity_places.hpp"

#include <cstddef>
#include <mutex>
#include <string_view>

namespace weir::gateway::app {

/// Counts the sessions of each identity on all shards together. Any thread; outlives the shards.
class SharedPlaces final : public session::IdentityPlaces {
public:
  explicit SharedPlaces(std::size_t per_identity) : counter_(per_identity) {}

  [[nodiscard]] bool take(std::string_view subject) override {
    const std::lock_guard lock(mutex_);
    return counter_.take(subject);
  }
  void release(std::string_view subject) override {
    const std::lock_guard lock(mutex_);
    counter_.release(subject);
  }
  [[nodiscard]] std::size_t per_identity() const override { return counter_.per_identity(); }

private:
  std::mutex mutex_;
  session::IdentityCounter counter_;  // its counts under the lock
};

}  // namespace weir::gateway::app
