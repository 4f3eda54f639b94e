#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Appends `text` as a JSON text literal, quotes included. What is not UTF-8 becomes U+FFFD: one
/// bad byte would end the connection that it is sent on.
void append_string(std::string_view text, std::string& out);
/// The same without quotes, for a literal that is put together of parts.
/// Shape:  `text` is valid UTF-8.
void append_string_content(std::string_view text, std::string& out);
void append_integer(std::uint64_t number, std::string& out);
void append_integer(std::int64_t number, std::string& out);
/// The shortest text that reads back as the same number. `number` is finite.
void append_number(double number, std::string& out);

}  // namespace weir::protocol
