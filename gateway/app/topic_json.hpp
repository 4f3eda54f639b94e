#pragma once

#include "gateway/topics/topic_log.hpp"

#include <string>
#include <string_view>

namespace weir::gateway::app {

/// What a topic holds, as one JSON object: {"topic","kind","epoch","offset","time","data"}; of a
/// record all fields, of a table all rows. A value that is absent has no `data`, and a topic
/// without an entry no `time`.
/// Source: SPEC.md section 12.
[[nodiscard]] std::string to_json(std::string_view topic, const topics::LogImage& image);

}  // namespace weir::gateway::app
