#pragma once

#include "protocol/core/entry.hpp"
#include "protocol/native/json_checker.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol::native {

/// Appends `text` as a JSON text literal, quotes included. What is not UTF-8 becomes U+FFFD: one
/// bad byte would end the connection that it is sent on.
void append_string(std::string_view text, std::string& out);
void append_integer(std::uint64_t number, std::string& out);
void append_integer(std::int64_t number, std::string& out);
/// The shortest text that reads back as the same number. `number` is finite.
void append_number(double number, std::string& out);
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
