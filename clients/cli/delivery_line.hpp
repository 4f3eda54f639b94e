#pragma once

#include "clients/cpp/events.hpp"

#include <string>

namespace weir::clients::cli {

/// `topic data`, with the time and how many entries it stands for ahead where they were asked for.
/// Shape:  one line with its end. Data is JSON as it was published, on one line; bytes are
///         {"b64":"..."}; a topic that was deleted has no data. A record has all its fields. A
///         table has a line for each row that changed, `topic "key" {...}`, and for each that is
///         gone, `topic "key"`.
[[nodiscard]] std::string text_line(const cpp::Delivered& delivery);

/// The same as one JSON object: topic, kind, epoch, offset, data or "deleted":true (of a table
/// "rows" by key, "removed" and where it applies "more":true), and where they apply
/// "snapshot":true, "ts" and "counts".
[[nodiscard]] std::string json_line(const cpp::Delivered& delivery);

}  // namespace weir::clients::cli
