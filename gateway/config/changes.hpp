#pragma once

#include "gateway/config/config.hpp"

#include <string>
#include <vector>

namespace weir::gateway::config {

/// One key, or one repeated section, that differs between two configurations.
struct Change {
  std::string key;       ///< "auth.issuer", or "rights" for a section that may be repeated
  std::string value;     ///< the new one as TOML; empty: a repeated section, or it is unset
  bool is_live = false;  ///< it can take effect while the gateway runs
  friend bool operator==(const Change&, const Change&) = default;
};

/// What a configuration that was read again would change, in the order of the sections.
/// Shape:  of `[listen]` where there are several: "listen[1].origins", counted from 0. Values of
///         adapters, which may be secrets, are never among it.
[[nodiscard]] std::vector<Change> find_changes(const Config& running, const Config& wanted);

}  // namespace weir::gateway::config
