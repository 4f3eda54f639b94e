#pragma once

#include "protocol/core/result.hpp"

#include <string_view>

namespace weir::protocol {

/// Checks a topic name.
/// Shape:  UTF-8, 1..255 bytes, 1..16 levels split by '/', no empty level, no '+', '#', NUL or
/// control character.
///         Names whose first level starts with '$' are valid here; who may use them is a right.
/// Errors: bad_topic - says which rule was broken.
/// Source: SPEC.md section 2.
Result<void> check_topic(std::string_view topic);

/// Checks a filter: a topic, or a pattern with '+' for one level and '#' as the last level for any
/// number of levels. Errors: bad_filter - says which rule was broken. Source: SPEC.md section 2.
Result<void> check_filter(std::string_view filter);

/// Whether the filter has a wildcard.
[[nodiscard]] bool is_pattern(std::string_view filter);

/// Whether a valid filter matches a valid topic. "#" after a level matches that level's parent too
/// ("a/#" matches "a"); neither wildcard matches a level that starts with '$'.
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic);

/// Whether there is a topic that both valid filters match.
[[nodiscard]] bool overlap(std::string_view filter, std::string_view other);

/// Whether the first valid filter matches every topic that the second one does.
[[nodiscard]] bool covers(std::string_view wider, std::string_view filter);

/// Takes the first level off `rest` and moves `rest` behind the following '/'. Call while `rest`
/// has data() != nullptr.
[[nodiscard]] std::string_view next_level(std::string_view& rest);

}  // namespace weir::protocol
