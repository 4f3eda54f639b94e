#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol {

/// The operations that turn one JSON text into another, as the text of a JSON Patch:
/// `[{"op":"replace","path":"/bid","value":1.10}]`. Values are spliced verbatim, and two of them
/// are the same only where their texts are, so no number or text loses its spelling; blanks and the
/// order of members may differ afterwards. A part whose changes are larger than itself, or that has
/// a name twice, is replaced whole.
/// Shape:  both texts were checked, and are UTF-8. Takes linear time: each byte is looked at a few
///         times at most, and what would need more, because it is nested too deep, is replaced
///         whole. nullopt: the patch would be longer than `bytes_max`.
/// Source: RFC 6902; RFC 6901 for the paths.
[[nodiscard]] std::optional<std::string> make_json_patch(std::string_view from,
                                                         std::string_view to,
                                                         std::size_t bytes_max);

}  // namespace weir::protocol
