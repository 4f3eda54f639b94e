#pragma once

#include "gateway/core/log_format.hpp"
#include "gateway/core/rights_entry.hpp"
#include "gateway/core/token_algorithm.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::config {

// One struct per section of the file. The initial values are the defaults; ranges and meanings are
// in deploy/docs/CONFIGURATION.md, which is tested against them.

/// `tls` of a listener. Paths begin at the folder of the configuration.
struct TlsConfig {
  std::string certificate;  ///< PEM: its own, then those of the chain; empty: no TLS
  std::string key;          ///< PEM
  std::string client_ca;    ///< PEM: clients must show a certificate of these; empty: need not
  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

/// `[listen]`: one address that clients connect to.
struct ListenConfig {
  std::string address = "127.0.0.1";         ///< an IP address
  std::uint16_t port = 8080;                 ///< 0: any free one
  std::vector<std::string> origins;          ///< empty: same host only; "*" or exact origins
  bool deflate = false;                      ///< permessage-deflate for clients that offer it
  std::uint64_t max_bytes_per_s = 0;         ///< ceiling of each session that comes here, 0: none
  double max_messages_per_s = 0;             ///< ceiling of each session that comes here, 0: none
  std::int64_t max_delay_ms = 0;             ///< its deliveries may wait this long for company
  TlsConfig tls{};                           ///< none: plain
  std::vector<std::string> trusted_proxies;  ///< addresses and prefixes that are believed
  bool proxy_protocol = false;  ///< connections are theirs only, and begin with a PROXY header
  std::uint32_t line = 0;       ///< where it begins in the file, for messages about it
  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

/// `[admin]`: metrics, health and administration.
struct AdminConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8081;  ///< 0: any free one
  bool allow_remote = false;  ///< whether `address` may be other than loopback
  TlsConfig tls{};            ///< none: plain
  friend bool operator==(const AdminConfig&, const AdminConfig&) = default;
};

/// `[auth]`: who is let in.
struct AuthConfig {
  bool anonymous = true;  ///< clients without a token; what they may do is in `[[rights]]`
  std::string issuer;     ///< `iss` of every token; empty: any
  std::string audience;   ///< among `aud` of every token; empty: any
  std::int64_t leeway_ms = 30'000;  ///< how far the issuer's clock may differ
  std::string jwks;                 ///< a file with a JSON Web Key Set; empty: none
  std::string cookie;               ///< which one may hold a token; empty: none
  friend bool operator==(const AuthConfig&, const AuthConfig&) = default;
};

/// `[[key]]`: a key that tokens may be signed with.
struct KeyConfig {
  std::string id;  ///< `kid` of its tokens; empty: they have none
  TokenAlgorithm algorithm = TokenAlgorithm::hs256;
  std::string file;        ///< a public key in PEM; for HS256 the secret itself
  std::uint32_t line = 0;  ///< where it begins in the file, for messages about it
  friend bool operator==(const KeyConfig&, const KeyConfig&) = default;
};

/// `[[topics]]`: what the operator says of the topics that a filter matches; first match wins.
struct TopicConfig {
  std::string filter;
  std::optional<protocol::Kind> kind;       ///< none: from the first publish
  std::optional<std::size_t> ring_entries;  ///< none: 1024 for streams, 64 otherwise
  std::size_t ring_bytes = std::size_t{1024} * 1024;
  double max_rate = 0;            ///< `latest` deliveries per second and subscriber, 0: no ceiling
  std::int64_t max_delay_ms = 0;  ///< updates may wait this long for company
  std::int64_t idle_ms = 0;       ///< 0: never expires
  friend bool operator==(const TopicConfig&, const TopicConfig&) = default;
};

/// What becomes of an adapter's topics while its source is away.
enum class OutagePolicy : std::uint8_t {
  keep,   ///< they stay, marked stale
  gap,    ///< a gap in the log
  clear,  ///< they are empty until a new snapshot
};

/// `[[adapter]]`: one source.
struct AdapterConfig {
  std::string name;                 ///< unique, 1..64 of a-z 0-9 - _
  std::string type;                 ///< "plugin", or a built-in one
  std::string path;                 ///< of the plug-in; empty for the built-in ones
  std::vector<std::string> topics;  ///< filters that it owns
  OutagePolicy on_outage = OutagePolicy::keep;
  std::string json = "{}";  ///< its own keys, or the plug-in's `config`, as one JSON object
  std::uint32_t line = 0;   ///< where it begins in the file, for messages about it
  friend bool operator==(const AdapterConfig&, const AdapterConfig&) = default;
};

/// `[echo]`: the `/echo` endpoint for conformance suites.
struct EchoConfig {
  bool enabled = false;
  std::size_t max_message_bytes = std::size_t{16} * 1024 * 1024;
  bool deflate = true;  ///< permessage-deflate where the client offers it
  friend bool operator==(const EchoConfig&, const EchoConfig&) = default;
};

/// `[log]`
struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

/// Everything that the operator says. A value: checked by load_config, then never changed.
struct Config {
  std::uint32_t shards = 0;          ///< 0: one per core
  std::vector<ListenConfig> listen;  ///< at least one
  AdminConfig admin;
  AuthConfig auth;
  std::vector<KeyConfig> keys;
  std::vector<RightsEntry> rights;  ///< none: nobody may do anything
  std::vector<TopicConfig> topics;
  std::vector<AdapterConfig> adapters;
  EchoConfig echo;
  protocol::Limits limits;
  LogConfig log;
};

}  // namespace weir::gateway::config
