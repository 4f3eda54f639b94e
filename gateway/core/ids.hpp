#pragma once

#include <cstdint>

namespace weir::gateway {

using ShardIndex = std::uint32_t;  ///< 0..shards-1
using SessionId =
    std::uint64_t;  ///< unique within one run of the gateway: shard in the low bits; never 0

}  // namespace weir::gateway
