#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Why a message is not taken.
struct CborFault {
  std::size_t at = 0;  ///< offset of the byte that cannot stand there
  std::string what;    ///< "expected a map"
};

/// What is asked of a message beyond being one CBOR map with texts as names.
struct CborRules {
  std::size_t depth_max = 0;    ///< maps and arrays inside each other
  std::size_t members_max = 0;  ///< of the outermost map
  bool is_unambiguous = true;   ///< no name twice in one map, no infinity; else that is `1e999`
  /// The member of the outermost map that may be a byte string; JSON has none.
  std::string_view bytes_name{};
};

/// Reads one message and appends the JSON text that says the same: integers are written with all
/// their digits; floating point numbers as the shortest text that reads back the same, without
/// fraction and exponent where they are integers up to 2^53-1; a byte string as `{"b64":"..."}`.
/// Lengths may be definite or not; the tag 55799 may stand in front.
/// Shape:  on a fault, `json` breaks off; what was complete has a comma behind it. Allocates a
/// small
///         multiple of the message, and nothing because of a length that it declares.
/// Errors: not well formed, texts that are not UTF-8, or what JSON cannot hold: other tags, names
///         that are no texts, byte strings elsewhere, numbers that are not finite, undefined and
///         other simple values.
/// Source: RFC 8949, 3 and 6.1.
[[nodiscard]] std::optional<CborFault> append_json_from_cbor(std::string_view message,
                                                             const CborRules& rules,
                                                             std::string& json);

}  // namespace weir::protocol
