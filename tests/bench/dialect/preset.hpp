#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/source.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace weir::tests::bench {

/// Which server is spoken to.
enum class Preset : std::uint8_t {
  weir,       ///< weir.v1.json, fed over TCP
  nchan,      ///< bare WebSocket messages, fed by HTTP POST
  mosquitto,  ///< MQTT 3.1.1 over WebSocket, fed by MQTT over TCP
  nats,       ///< the NATS protocol over WebSocket, fed by the same over TCP
};

/// What all subscribers of a group ask for; outlives them.
struct Subscription {
  Preset preset = Preset::weir;
  std::string host{};  ///< address:port
  std::string topic{};
  std::string delivery = "all";    ///< Weir's; the others know one way only
  std::uint64_t window_bytes = 0;  ///< Weir's; 0: none
  double max_rate = 0;             ///< Weir's; 0: none
};

[[nodiscard]] std::unique_ptr<Dialect> make_dialect(const Subscription& subscription);
[[nodiscard]] std::unique_ptr<Source> make_source(Preset preset, const std::string& topic);

}  // namespace weir::tests::bench
