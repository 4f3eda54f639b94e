#pragma once

#include <string_view>

namespace weir::protocol::websocket {

/// Whether `text` is a token of HTTP: one or more of its characters. Source: RFC 9110, 5.6.2.
[[nodiscard]] bool is_token(std::string_view text);

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Takes the next element off a comma-separated header value, trimmed, and moves `rest` behind the
/// comma; empty elements are skipped, as RFC 9110, 5.6.1.2 asks. Empty: there is none left.
[[nodiscard]] std::string_view next_element(std::string_view& rest);

/// Whether the two are equal but for the case of ASCII letters.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

/// Whether a comma-separated header value has this element, ignoring case.
[[nodiscard]] bool has_element(std::string_view list, std::string_view element);

}  // namespace weir::protocol::websocket
