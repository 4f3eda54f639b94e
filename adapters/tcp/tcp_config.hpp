#pragma once

#include "adapters/common/tls_options.hpp"
#include "adapters/tcp/feed_format.hpp"
#include "adapters/tcp/feeder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::tcp {

/// Where to listen or whom to dial.
struct Address {
  std::string host;  ///< an IP address, or for dialling also a name; without brackets
  std::uint16_t port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

enum class Wire : std::uint8_t { plain, tls };

/// tcp://127.0.0.1:9100, tls://[::1]:9100
[[nodiscard]] std::string url_of(const Address& address, Wire wire);

enum class Mode { listen, dial };

/// The adapter's own keys; README.md explains them.
struct TcpConfig {
  Mode mode = Mode::listen;
  std::vector<Address> addresses;  ///< where to listen: one; whom to dial: in this order
  FeedFormat format = FeedFormat::json;
  bool upstream = false;
  bool require_feeder = false;
  std::size_t max_connections = 64;
  std::chrono::milliseconds reconnect_max{10000};
  std::size_t ack_window = std::size_t{16} * 1024;
  std::chrono::milliseconds heartbeat{15000};  ///< 0: none
  std::chrono::milliseconds handshake_max{5000};
  std::vector<Feeder> feeders;  ///< empty: whoever connects
  std::optional<common::TlsOptions> tls;

  [[nodiscard]] Wire wire() const { return tls ? Wire::tls : Wire::plain; }
};

/// Reads secrets from the files and variables that the configuration names.
/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] TcpConfig parse_config(std::string_view json);

}  // namespace weir::adapters::tcp
