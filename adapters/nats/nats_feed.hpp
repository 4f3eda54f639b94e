#pragma once

#include "adapters/common/broker_feed.hpp"

namespace weir::adapters::nats {

/// Takes what is published to subjects of NATS and hands it in as entries; publishes there what
/// clients publish.
class NatsFeed final : public common::BrokerFeed {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  NatsFeed(const abi::Settings& settings, abi::Host host);
};

}  // namespace weir::adapters::nats
