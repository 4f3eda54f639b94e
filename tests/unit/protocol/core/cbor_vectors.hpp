#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace weir::tests {

/// The rows of tests/vectors/cbor.json: `json` and `cbor`, a text and hexadecimal digits that say
/// the same; with `way`, only what is "read" or "written" so; `fault` instead of `json`, by the
/// offset within the map {"v":...}.
inline nlohmann::json cbor_vectors() {
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/tests/vectors/cbor.json");
  return nlohmann::json::parse(in);
}

}  // namespace weir::tests
