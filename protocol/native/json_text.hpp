#pragma once

#include "protocol/core/entry.hpp"
#include "protocol/core/json_text.hpp"
#include "protocol/native/json_checker.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol::native {

using protocol::append_integer;
using protocol::append_number;
using protocol::append_string;

/// RFC 3339 in UTC with milliseconds, quotes included: "2026-09-21T14:13:20.000Z".
/// Shape:  0..253402300799999, the end of the year 9999; beyond is taken to the nearest.
void append_time(std::int64_t unix_ms, std::string& out);
/// JSON is spliced verbatim, bytes become `{"b64":"..."}`.
void append_payload(const Payload& payload, std::string& out);

/// Reads what `append_time` writes; nullopt: it is no such time.
[[nodiscard]] std::optional<std::int64_t> read_time(std::string_view text);

/// What a checked value stands for as a payload.
struct ReadPayload {
  Payload payload;
  bool is_broken_base64 = false;  ///< it is `{"b64":"..."}` but not canonical base64: kept as JSON
};
[[nodiscard]] ReadPayload read_payload(const JsonValue& value);

}  // namespace weir::protocol::native
