#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::mqtt {

/// The built-in adapter `mqtt`: topics of an MQTT broker, such as mosquitto, as topics; for an
/// entry function table.
[[nodiscard]] const weir_adapter* weir_mqtt_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::mqtt
