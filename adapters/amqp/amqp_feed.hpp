#pragma once

#include "adapters/common/broker_feed.hpp"

namespace weir::adapters::amqp {

/// Takes what a queue of a broker delivers and hands it in as entries; publishes to an exchange
/// what clients publish.
class AmqpFeed final : public common::BrokerFeed {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  AmqpFeed(const abi::Settings& settings, abi::Host host);
};

}  // namespace weir::adapters::amqp
