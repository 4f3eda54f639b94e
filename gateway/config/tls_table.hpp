#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/value_type.hpp"

namespace weir::gateway::config {

/// `tls = { certificate = "...", key = "...", client_ca = "..." }`; the last may be left out.
[[nodiscard]] ValueType<TlsConfig> tls_table();

}  // namespace weir::gateway::config
