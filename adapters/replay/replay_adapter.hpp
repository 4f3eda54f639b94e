#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::replay {

/// The built-in adapter `replay`: a recorded feed, in real or scaled time or as fast as it is
/// accepted, for an entry function table.
[[nodiscard]] const weir_adapter* weir_replay_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::replay
