#pragma once

#include "protocol/core/command.hpp"
#include "protocol/native/member_reader.hpp"

#include <optional>
#include <string_view>

namespace weir::protocol::native {

/// Whether this may name an epoch: 1..16 bytes of [a-z0-9].
[[nodiscard]] bool is_epoch(std::string_view text);

/// Reads `{"quotes/AAPL":{"epoch":"k3f9","offset":17}, ...}`, the value of "from". Mistakes go to
/// `in`. Errors: bad_topic, bad_request. Source: SPEC.md, "Starting point".
[[nodiscard]] Positions read_positions(MemberReader& in, const JsonValue& object);

}  // namespace weir::protocol::native
