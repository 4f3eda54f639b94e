#pragma once

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::native {

/// Why a text is not taken.
struct JsonFault {
  std::size_t at = 0;  ///< offset of the byte that cannot stand there
  std::string what;    ///< "expected ':'"
};

/// Members of one message; nothing of this protocol needs more.
inline constexpr std::size_t json_members_max = 32;

/// What was read of an object: with a fault, the members that were complete before it.
struct CheckedObject {
  std::vector<JsonMember> members;  ///< views into the text
  std::optional<JsonFault> fault;
};

/// What is asked beyond the grammar.
struct JsonRules {
  std::size_t depth_max = 0;   ///< objects and arrays inside each other
  bool is_unambiguous = true;  ///< no name twice in one object, no lone surrogate: so that every
                               ///< reader of what is spliced into other messages reads the same

  /// Of what is sent to a gateway. A payload stands one level inside its message.
  [[nodiscard]] static JsonRules of_request() { return {json_depth_max + 1, true}; }
  /// Of what a gateway sends: lenient about payloads, which may have come another way.
  [[nodiscard]] static JsonRules of_reader() { return {256, false}; }
};

/// Checks in one pass that `text` is one JSON object. The outermost object never has a name twice.
/// Shape:  valid UTF-8 (not checked here). Allocates at most a small multiple of the text's size.
/// Source: RFC 8259; SPEC.md section 4.
[[nodiscard]] CheckedObject check_object(std::string_view text, JsonRules rules);

}  // namespace weir::protocol::native
