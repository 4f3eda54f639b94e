#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/section_reader.hpp"
#include "gateway/net/tls_context.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace weir::gateway::app {

/// What the listeners of a configuration show; none: that listener is plain.
struct TlsContexts {
  std::vector<std::optional<net::TlsContext>> listen;  ///< in the order of the configuration
  std::optional<net::TlsContext> admin;
};

/// Reads the certificates and keys that the configuration names.
/// Shape:  relative paths begin at `folder`. A mistake is added for every listener whose files
///         cannot be used: which file, and why.
[[nodiscard]] TlsContexts load_tls_files(const config::Config& config,
                                         const std::filesystem::path& folder,
                                         config::Mistakes& mistakes);

}  // namespace weir::gateway::app
