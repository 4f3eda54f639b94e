#pragma once

#include "adapters/common/broker_feed.hpp"

namespace weir::adapters::redis {

/// Takes what is published to channels of Redis, or added to its streams, and hands it in as
/// entries; publishes there what clients publish.
class RedisFeed final : public common::BrokerFeed {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  RedisFeed(const abi::Settings& settings, abi::Host host);
};

}  // namespace weir::adapters::redis
