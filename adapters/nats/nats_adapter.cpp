#include "adapters/nats/nats_adapter.hpp"

#include "adapters/nats/nats_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::nats {

const weir_adapter* weir_nats_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<NatsFeed>(host_abi_version, "nats", "0.1.0");
}

}  // namespace weir::adapters::nats
