#include "adapters/host/host_adapter.hpp"

#include "adapters/host/host_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::host {

const weir_adapter* weir_host_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<HostFeed>(host_abi_version, "host", "0.1.0");
}

}  // namespace weir::adapters::host
