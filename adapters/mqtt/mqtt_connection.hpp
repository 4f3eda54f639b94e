#pragma once

#include "adapters/common/broker_link.hpp"
#include "adapters/mqtt/mqtt_config.hpp"

#include <cstdint>
#include <memory>

namespace weir::adapters::mqtt {

struct MqttConnectionOptions {
  MqttConfig config;
  std::uint64_t body_bytes_max = 0;
  int interrupt = -1;  ///< a descriptor: connecting ends as soon as it is readable
};

/// One connection to a broker through libmosquitto, whose callbacks all come from within the calls
/// of its one thread. A message of QoS 1 is acknowledged by libmosquitto when it is read, so it is
/// ours from then on.
[[nodiscard]] std::unique_ptr<common::BrokerLink> make_mqtt_connection(
    MqttConnectionOptions options);

}  // namespace weir::adapters::mqtt
