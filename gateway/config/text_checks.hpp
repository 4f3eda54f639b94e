#pragma once

#include <string>
#include <string_view>

namespace weir::gateway::config {

// What is wrong with a text, as it reads behind the text itself; empty: nothing.

[[nodiscard]] std::string check_ip_address(std::string_view text);
/// An IP address, or a prefix like "10.0.0.0/8" without bits behind its length.
[[nodiscard]] std::string check_address_prefix(std::string_view text);
/// "*", or scheme://host with an optional port and nothing behind it.
[[nodiscard]] std::string check_origin(std::string_view text);
[[nodiscard]] std::string check_identity(std::string_view text);
[[nodiscard]] std::string check_cookie_name(std::string_view text);
[[nodiscard]] std::string check_filter_text(std::string_view text);
/// A filter without a level that starts with '$': those topics are the gateway's own.
[[nodiscard]] std::string check_foreign_filter(std::string_view text);
/// 1..64 of a-z, 0-9, '-' and '_': it becomes part of a topic and the label of a metric.
[[nodiscard]] std::string check_adapter_name(std::string_view text);
/// Anything but control characters.
[[nodiscard]] std::string check_plain_text(std::string_view text);
[[nodiscard]] std::string check_not_empty(std::string_view text);

}  // namespace weir::gateway::config
