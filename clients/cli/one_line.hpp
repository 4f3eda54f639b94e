#pragma once

#include "protocol/core/entry.hpp"

#include <string>

namespace weir::clients::cli {

/// The same JSON text on one line: it has line ends only where any other blank may stand.
[[nodiscard]] std::string on_one_line(std::string json);
/// The same of a payload; bytes are {"b64":"..."}.
[[nodiscard]] std::string on_one_line(const protocol::Payload& payload);

}  // namespace weir::clients::cli
