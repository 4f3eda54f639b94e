#pragma once

#include "adapters/common/config_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::adapters::common {

/// How one side of TLS is set up: the table `tls` of an adapter. Files are PEM.
struct TlsOptions {
  enum class Role : std::uint8_t { server, client };
  enum class Version : std::uint8_t { tls_1_2, tls_1_3 };

  Role role = Role::server;
  std::string certificate{};  ///< our own, then those that lead to its root; a client may have none
  std::string key{};          ///< of `certificate`, not encrypted
  std::string ca{};  ///< whose certificates the peer may show; `ca_key` has what empty means
  std::string server_name{};  ///< client: whom the certificate must name; empty: who was dialled
  bool verifies = true;       ///< client: false: whoever answers is believed
  Version version_min = Version::tls_1_2;

  /// Server: `client_ca`; empty: clients need no certificate. Client: `ca`; empty: the system's.
  [[nodiscard]] std::string_view ca_key() const {
    return role == Role::server ? "client_ca" : "ca";
  }
};

/// Reads the table `tls`; nullopt where there is none. Files are not looked at: TlsContext does.
/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] std::optional<TlsOptions> read_tls(ConfigReader& reader, TlsOptions::Role role);

}  // namespace weir::adapters::common
