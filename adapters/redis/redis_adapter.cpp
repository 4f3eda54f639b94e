#include "adapters/redis/redis_adapter.hpp"

#include "adapters/redis/redis_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::redis {

const weir_adapter* weir_redis_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<RedisFeed>(host_abi_version, "redis", "0.1.0");
}

}  // namespace weir::adapters::redis
