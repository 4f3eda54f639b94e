#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::tcp {

/// The built-in adapter `tcp`: the feed of README.md, lines of JSON over TCP, for an entry function
/// table.
[[nodiscard]] const weir_adapter* weir_tcp_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::tcp
