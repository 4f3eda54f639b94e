#include "adapters/replay/replay_adapter.hpp"

#include "adapters/replay/replay_feed.hpp"

#include <weir/adapter.hpp>

namespace weir::adapters::replay {

const weir_adapter* weir_replay_adapter_entry(std::uint32_t host_abi_version) {
  return abi::adapter_table<ReplayFeed>(host_abi_version, "replay", "0.1.0");
}

}  // namespace weir::adapters::replay
