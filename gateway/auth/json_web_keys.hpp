#pragma once

#include "gateway/auth/key.hpp"
#include "protocol/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::auth {

/// Reads a JSON Web Key Set (RFC 7517 section 5), as identity providers publish them.
/// Shape:  keys for signatures that are RSA, EC P-256, Ed25519 or `oct`; their algorithm is RS256,
///         ES256, EdDSA or HS256, and `alg` must agree where it is given. Keys of other types,
///         curves or uses are left out, as the RFC asks.
/// Errors: text for a person, with the number of the key - not JSON, a member that is missing or is
///         not base64url, a weak key, two keys with one `kid`, no key that can be used.
[[nodiscard]] protocol::Result<std::vector<Key>, std::string> read_json_web_keys(
    std::string_view text);

}  // namespace weir::gateway::auth
