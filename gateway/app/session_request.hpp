#pragma once

#include "gateway/session/limits.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace weir::gateway::app {

// What an operator can ask about one session. Each is answered with what there is to tell of it:
// after a change, before an end.
struct ShowSession {};
struct RestrictSession {
  session::CeilingChange change;
};
struct EndSession {};

using SessionRequest = std::variant<ShowSession, RestrictSession, EndSession>;

/// Why a session cannot be asked.
enum class SessionFault : std::uint8_t {
  unknown,    ///< there is none with this id, or no longer
  no_answer,  ///< its shard has not answered in time
};

/// Reads the body of a PATCH: {"bytes_per_s":..,"messages_per_s":..,"max_delay_ms":..}, where null
/// and 0 take a ceiling away and what is absent stays.
/// Errors: a sentence about what is wrong.
[[nodiscard]] protocol::Result<session::CeilingChange, std::string> read_ceiling_change(
    std::string_view json);

}  // namespace weir::gateway::app
