#include "adapters/amqp/amqp_adapter.hpp"

#include "adapters/amqp/amqp_feed.hpp"
#include "adapters/amqp/stream_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

const weir_adapter* weir_amqp_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<AmqpFeed>(host_abi_version, "amqp", "0.1.0");
}

const weir_adapter* weir_amqp_stream_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<StreamFeed>(host_abi_version, "amqp_stream", "0.1.0");
}

}  // namespace weir::adapters::amqp
