#pragma once

#include "protocol/core/codec.hpp"

#include <span>
#include <string_view>

namespace weir::protocol::catalog {

/// The subprotocols that this gateway speaks, the one it likes best first.
[[nodiscard]] std::span<const std::string_view> subprotocols();

/// The codec of this subprotocol, or nullptr. Lives until the process ends.
[[nodiscard]] const Codec* find_codec(std::string_view subprotocol);

}  // namespace weir::protocol::catalog
