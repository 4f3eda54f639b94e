#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace weir::tests::fuzz {

/// What we write or pass on must be JSON to others as well; a parse_error is a finding.
inline void check_is_json(std::string_view text) {
  try {
    static_cast<void>(nlohmann::json::parse(text));
  } catch (const nlohmann::json::out_of_range&) {
    return;  // a number that no double holds
  }
}

}  // namespace weir::tests::fuzz
