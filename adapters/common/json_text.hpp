#pragma once

#include <string>
#include <string_view>

namespace weir::adapters::common {

/// Appends `text` as a JSON string with its quotes. What is not UTF-8 becomes '?'.
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir::adapters::common
