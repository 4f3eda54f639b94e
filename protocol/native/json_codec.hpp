#pragma once

#include "protocol/core/codec.hpp"

namespace weir::protocol::native {

/// The codec of the subprotocol "weir.v1.json". One object for all; lives until the process ends.
/// Source: SPEC.md.
[[nodiscard]] const Codec& json_codec();

}  // namespace weir::protocol::native
