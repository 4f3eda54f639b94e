#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

namespace weir::adapters::amqp {

/// The built-in adapter `amqp`: queues of RabbitMQ, and others that speak AMQP 0-9-1, as topics;
/// for an entry function table.
[[nodiscard]] const weir_adapter* weir_amqp_adapter_entry(std::uint32_t host_abi_version);
/// The built-in adapter `amqp_stream`: streams of RabbitMQ, with their offsets and what they keep.
[[nodiscard]] const weir_adapter* weir_amqp_stream_adapter_entry(std::uint32_t host_abi_version);

}  // namespace weir::adapters::amqp
