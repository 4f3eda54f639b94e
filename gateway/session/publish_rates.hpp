#pragma once

#include "gateway/core/time.hpp"
#include "gateway/flow/token_bucket.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace weir::gateway::session {

/// How fast publishers over HTTP may go on: each has the rate and the burst that a session has,
/// however many connections it makes. Who has its whole burst again is forgotten, and whoever was
/// noted first when there are too many. Owned by the shard; time is an argument.
class PublishRates {
public:
  struct Options {
    double per_s = 50;
    double burst = 100;
    std::size_t publishers_max = 10'000;
  };
  explicit PublishRates(const Options& options) : options_(options) {}

  /// Takes one publish from a publisher's allowance. False: it has none left now.
  [[nodiscard]] bool try_take(const std::string& publisher, TimePoint now);

  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

private:
  struct Noted {
    std::string publisher;
    TimePoint full_at;  ///< if it takes no more
  };

  void note(const std::string& publisher, TimePoint now);
  void drop_oldest();
  void forget(TimePoint now);

  Options options_;
  std::unordered_map<std::string, flow::TokenBucket> buckets_;
  std::deque<Noted> noted_;  ///< in the order in which they were noted
};

}  // namespace weir::gateway::session
