#include "gateway/app/built_ins.hpp"

#include "adapters/amqp/amqp_adapter.hpp"
#include "adapters/host/host_adapter.hpp"
#include "adapters/mqtt/mqtt_adapter.hpp"
#include "adapters/nats/nats_adapter.hpp"
#include "adapters/redis/redis_adapter.hpp"
#include "adapters/replay/replay_adapter.hpp"
#include "adapters/tcp/tcp_adapter.hpp"

#include <array>

namespace weir::gateway::app {

std::span<const adapters::abi::BuiltIn> built_ins() {
  static constexpr std::array table{
      adapters::abi::BuiltIn{"tcp", adapters::tcp::weir_tcp_adapter_entry},
      adapters::abi::BuiltIn{"amqp", adapters::amqp::weir_amqp_adapter_entry},
      adapters::abi::BuiltIn{"mqtt", adapters::mqtt::weir_mqtt_adapter_entry},
      adapters::abi::BuiltIn{"nats", adapters::nats::weir_nats_adapter_entry},
      adapters::abi::BuiltIn{"redis", adapters::redis::weir_redis_adapter_entry},
      adapters::abi::BuiltIn{"amqp_stream", adapters::amqp::weir_amqp_stream_adapter_entry},
      adapters::abi::BuiltIn{"host", adapters::host::weir_host_adapter_entry},
      adapters::abi::BuiltIn{"replay", adapters::replay::weir_replay_adapter_entry}};
  return table;
}

}  // namespace weir::gateway::app
