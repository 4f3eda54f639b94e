#pragma once

#include "protocol/core/command.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::native {

/// One object of a POST to /v1/publish.
struct PublishItem {
  std::optional<RequestId> id;  ///< comes back as "re"
  Result<Publication> publication;
};

/// What such a POST asks for.
struct PublishBody {
  std::vector<PublishItem> items;
  bool is_array = false;  ///< the answer is an array, too
};

/// Reads the body: one object, or an array of them. An object that is well formed and asks for
/// something impossible is an item with its error; a body that is no JSON is refused as a whole.
/// Shape:  any bytes; allocates at most a small multiple of their number.
/// Errors: bad_request - no JSON object and no array of such; too_big - more than `items_max`.
/// Source: SPEC.md section 12.
[[nodiscard]] Result<PublishBody> read_publish_body(std::string_view body, std::size_t items_max);

/// Appends the reply to one item. Source: SPEC.md sections 5.5 and 12.
void write_publish_reply(std::optional<RequestId> id,
                         const Result<Position>& result,
                         std::string& out);

}  // namespace weir::protocol::native
