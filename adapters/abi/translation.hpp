#pragma once

#include "adapters/abi/host_port.hpp"
#include "adapters/abi/plugin.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/error.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <string_view>
#include <vector>
#include <weir/weir_adapter.h>

// The words of weir_adapter.h and of protocol/core, turned into each other.
namespace weir::adapters::abi {

[[nodiscard]] weir_error_code to_code(protocol::ErrorCode code);
/// Fills in what the adapter sees of an error; a long message is cut at a character's end.
/// `out` may be nullptr.
void fill(weir_error* out, const protocol::Error& error);
/// nullptr and codes that are none become `internal`.
[[nodiscard]] protocol::Error to_error(const weir_error* error);

/// What an adapter may hand in at most.
struct PublicationLimits {
  std::size_t entry_bytes_max = 256 * 1024;
  Trust trust = Trust::plugin;
};

/// Entries that one call may hand in: far more than any adapter has a use for, so that a count that
/// was never set is refused, not read.
inline constexpr std::size_t call_entries_max = 65'536;

/// Checks an array of publications as far as it can be without reading its elements.
/// Shape:  an empty one is good, whatever `items` is.
/// Errors: bad_request - NULL, or a size that no weir_publication of this version has; too_big -
///         more than call_entries_max.
[[nodiscard]] protocol::Result<void> check_array(const weir_publication* items, std::size_t count);

/// The one at `index` of an array that check_array has found good, checked and copied.
/// Shape:  members at or beyond its `size` count as zero; those behind the ones that we know are
///         left out.
/// Errors: bad_request, bad_topic, too_big - says which member and what was expected.
[[nodiscard]] protocol::Result<PublishItem> to_item(const weir_publication* items,
                                                    std::size_t index,
                                                    const PublicationLimits& limits);

/// One alone, of the gateway's own making.
[[nodiscard]] inline protocol::Result<PublishItem> to_item(const weir_publication& publication,
                                                           const PublicationLimits& limits) {
  return to_item(&publication, 0, limits);
}

/// Views of `publication`, with its fields in `fields`: both must outlive the result.
[[nodiscard]] weir_publication to_publication(const protocol::Publication& publication,
                                              std::vector<weir_field>& fields);

/// NULL with a size is no text. Errors: bad_request - names `member`.
[[nodiscard]] protocol::Result<void> check_text(std::string_view member, weir_text text);

}  // namespace weir::adapters::abi
