#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/key.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {

// Every key that there is. These tables drive reading, messages, environment variables and the test
// of CONFIGURATION.md.
[[nodiscard]] std::vector<Key<Config>> root_keys();
[[nodiscard]] std::vector<Key<ListenConfig>> listen_keys();
[[nodiscard]] std::vector<Key<AdminConfig>> admin_keys();
[[nodiscard]] std::vector<Key<AuthConfig>> auth_keys();
[[nodiscard]] std::vector<Key<KeyConfig>> key_keys();
[[nodiscard]] std::vector<Key<RightsEntry>> rights_keys();
[[nodiscard]] std::vector<Key<TopicConfig>> topic_keys();
/// Of every adapter; what else its table holds is its own.
[[nodiscard]] std::vector<Key<AdapterConfig>> adapter_keys();
/// Of adapters with type = "plugin" besides those.
[[nodiscard]] std::vector<Key<AdapterConfig>> plugin_keys();
[[nodiscard]] std::vector<Key<EchoConfig>> echo_keys();
[[nodiscard]] std::vector<Key<protocol::Limits>> limits_keys();
[[nodiscard]] std::vector<Key<LogConfig>> log_keys();

/// How often a section may be there.
enum class Repeat : std::uint8_t {
  once,            ///< `[admin]`
  once_or_listed,  ///< `[listen]` or `[[listen]]`
  listed,          ///< `[[rights]]`
};

struct SectionInfo {
  std::string_view name;  ///< empty: the keys above the first section
  Repeat repeat = Repeat::once;
};

/// One key without its struct, as documents and environment variables see it.
struct KeyInfo {
  SectionInfo section;
  std::string_view name;
  Shape shape = Shape::text;
  std::string expected;      ///< type and range
  std::string default_text;  ///< as TOML; empty: none
  Presence presence = Presence::optional;
};

[[nodiscard]] std::vector<SectionInfo> all_sections();
[[nodiscard]] std::vector<KeyInfo> all_keys();

}  // namespace weir::gateway::config
