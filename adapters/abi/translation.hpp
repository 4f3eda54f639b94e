#pragma once

#include "adapters/abi/host_port.hpp"
#include "adapters/abi/plugin.hpp"
#include "adapters/abi/text.hpp"
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

/// Checks and copies what an adapter hands in.
/// Errors: bad_request, bad_topic, too_big - says which member and what was expected.
[[nodiscard]] protocol::Result<PublishItem> to_item(const weir_publication& publication,
                                                    const PublicationLimits& limits);

/// Views of `publication`, with its fields in `fields`: both must outlive the result.
[[nodiscard]] weir_publication to_publication(const protocol::Publication& publication,
                                              std::vector<weir_field>& fields);

/// The element at `index` of an array whose elements may be larger or smaller than ours.
[[nodiscard]] const weir_publication& element(const weir_publication* items, std::size_t index);

}  // namespace weir::adapters::abi
