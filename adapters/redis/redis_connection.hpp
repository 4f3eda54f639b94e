#pragma once

#include "adapters/common/broker_link.hpp"
#include "adapters/redis/redis_config.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace weir::adapters::redis {

struct RedisConnectionOptions {
  RedisConfig config;
  std::string name;  ///< shown by the server
  std::uint64_t body_bytes_max = 0;
  int interrupt = -1;  ///< a descriptor: connecting ends as soon as it is readable
};

/// Up to two connections to one server: one reads from channels or streams, and one publishes,
/// because a connection that waits for messages takes nothing else.
[[nodiscard]] std::unique_ptr<common::BrokerLink> make_redis_connection(
    RedisConnectionOptions options);

}  // namespace weir::adapters::redis
