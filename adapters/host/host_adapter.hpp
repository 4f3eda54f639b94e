#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::host {

/// The built-in adapter `host`: this machine's CPU, memory, disks and network as topics under
/// `host/`, for an entry function table.
[[nodiscard]] const weir_adapter* weir_host_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::host
