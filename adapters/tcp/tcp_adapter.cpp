#include "adapters/tcp/tcp_adapter.hpp"

#include "adapters/tcp/tcp_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::tcp {

const weir_adapter* weir_tcp_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<TcpFeed>(host_abi_version, "tcp", "0.1.0");
}

}  // namespace weir::adapters::tcp
