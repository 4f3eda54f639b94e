#pragma once

#include "protocol/native/json_checker.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol::native {

/// Goes through the members of an object that `check_object` has accepted, or through the elements
/// of such an array, without copying. The text must outlive it.
class JsonCursor {
public:
  explicit JsonCursor(JsonValue container);

  /// The next member of an object; nullopt: that was all.
  [[nodiscard]] std::optional<JsonMember> next_member();
  /// The next element of an array; nullopt: that was all.
  [[nodiscard]] std::optional<JsonValue> next_element();

private:
  [[nodiscard]] bool is_at_end() const;
  JsonValue take_value();
  void skip_separators();

  std::string_view text_;
  std::size_t at_ = 1;  ///< behind the opening bracket
};

/// The content of a checked JSON text literal, quotes included in `quoted`, escapes resolved;
/// a lone surrogate becomes U+FFFD.
[[nodiscard]] std::string decode_string(std::string_view quoted);

/// The value of a checked hexadecimal digit.
[[nodiscard]] unsigned hex_digit(char digit);

/// A name as it may stand in a message to a person: at most 64 bytes, cut between code points.
[[nodiscard]] std::string quotable(std::string_view name);

}  // namespace weir::protocol::native
