#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::adapters::tcp {

/// Where to listen or whom to dial.
struct Address {
  std::string host;  ///< an IP address, or for dialling also a name; without brackets
  std::uint16_t port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

/// tcp://127.0.0.1:9100, tcp://[::1]:9100
[[nodiscard]] std::string url_of(const Address& address);

enum class Mode { listen, dial };

/// The adapter's own keys; README.md explains them.
struct TcpConfig {
  Mode mode = Mode::listen;
  Address address;
  bool upstream = false;
  bool require_feeder = false;
  std::size_t max_connections = 64;
  std::chrono::milliseconds reconnect_max{10000};
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] TcpConfig parse_config(std::string_view json);

}  // namespace weir::adapters::tcp
