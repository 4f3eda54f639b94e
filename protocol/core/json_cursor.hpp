#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol {

enum class JsonType : std::uint8_t { null, boolean, number, string, array, object };

/// "a number", "an object": for messages to people.
[[nodiscard]] std::string_view name(JsonType type);

/// One value of a checked text: a view of exactly its bytes, without the white space around it.
struct JsonValue {
  JsonType type = JsonType::null;
  std::string_view text;
};

/// One member of an object.
struct JsonMember {
  std::string name;  ///< escapes resolved
  JsonValue value;
};

/// The value that a text is, which was checked before; white space around it does not belong to it.
[[nodiscard]] JsonValue json_value(std::string_view text);

/// Goes through the members of an object in a text that was checked before, or through the elements
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

}  // namespace weir::protocol
