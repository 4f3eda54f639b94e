#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir::tests::bench {

/// Which server is spoken to.
enum class Preset : std::uint8_t {
  weir,       ///< weir.v1.json, fed over TCP
  nchan,      ///< bare WebSocket messages, fed by HTTP POST
  mosquitto,  ///< MQTT 3.1.1 over WebSocket, fed by MQTT over TCP
  nats,       ///< the NATS protocol over WebSocket, fed by the same over TCP
};

/// What Weir's subprotocol is.
enum class Codec : std::uint8_t { json, cbor };

/// What one subscriber asks for.
struct Subscription {
  Preset preset = Preset::weir;
  std::string host{};                         ///< address:port
  std::string topic{};                        ///< or a pattern
  std::vector<std::string> further_topics{};  ///< Weir's; the others are asked for one only
  std::string delivery = "all";               ///< Weir's; the others know one way only
  std::uint64_t window_bytes = 0;             ///< Weir's; 0: none
  double max_rate = 0;                        ///< Weir's; 0: none
  Codec codec = Codec::json;                  ///< Weir's
  bool offers_deflate = false;
};

[[nodiscard]] std::unique_ptr<Dialect> make_dialect(const Subscription& subscription);
/// `is_record`: what is published are changed fields, which only Weir knows.
[[nodiscard]] std::unique_ptr<Source> make_source(Preset preset, bool is_record = false);

}  // namespace weir::tests::bench
