#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::redis {

/// The built-in adapter `redis`: channels and streams of Redis as topics; for an entry
/// function table.
[[nodiscard]] const weir_adapter* weir_redis_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::redis
