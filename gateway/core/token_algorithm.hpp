#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::gateway {

/// How a token may be signed (RFC 7518 section 3.1, RFC 8037 section 3.1). There is no "none".
enum class TokenAlgorithm : std::uint8_t { hs256, rs256, es256, eddsa };

/// As in a token's header and in the config, in the order of TokenAlgorithm.
inline constexpr std::array<std::string_view, 4> token_algorithm_names{
    "HS256", "RS256", "ES256", "EdDSA"};

}  // namespace weir::gateway
