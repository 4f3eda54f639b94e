#include "adapters/mqtt/mqtt_adapter.hpp"

#include "adapters/mqtt/mqtt_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::mqtt {

const weir_adapter* weir_mqtt_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<MqttFeed>(host_abi_version, "mqtt", "0.1.0");
}

}  // namespace weir::adapters::mqtt
