#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::nats {

/// The built-in adapter `nats`: subjects of NATS as topics; for an entry
/// function table.
[[nodiscard]] const weir_adapter* weir_nats_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::nats
