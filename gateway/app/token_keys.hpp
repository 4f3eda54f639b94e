#pragma once

#include "gateway/auth/key.hpp"
#include "gateway/config/config.hpp"
#include "gateway/config/section_reader.hpp"

#include <filesystem>
#include <vector>

namespace weir::gateway::app {

/// Reads the keys that the configuration names: those of `[[key]]`, then those of `auth.jwks`.
/// Shape:  relative paths begin at `folder`. A mistake is added for every key that cannot be had:
///         which file, and why.
[[nodiscard]] std::vector<auth::Key> load_token_keys(const config::Config& config,
                                                     const std::filesystem::path& folder,
                                                     config::Mistakes& mistakes);

}  // namespace weir::gateway::app
