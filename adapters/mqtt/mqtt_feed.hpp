#pragma once

#include "adapters/common/broker_feed.hpp"

namespace weir::adapters::mqtt {

/// Takes what an MQTT broker has subscribed us to and hands it in as entries; publishes there what
/// clients publish.
class MqttFeed final : public common::BrokerFeed {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  MqttFeed(const abi::Settings& settings, abi::Host host);
};

}  // namespace weir::adapters::mqtt
