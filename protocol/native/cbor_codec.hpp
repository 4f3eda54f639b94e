#pragma once

#include "protocol/core/codec.hpp"

namespace weir::protocol::native {

/// The codec of the subprotocol "weir.v1.cbor". One object for all; lives until the process ends.
/// Source: SPEC.md.
[[nodiscard]] const Codec& cbor_codec();

}  // namespace weir::protocol::native
