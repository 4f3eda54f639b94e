#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::adapters::common {

/// A string as it stands in a JSON text, without its quotes: valid UTF-8 and valid escapes.
struct JsonString {
  std::string_view raw;
  bool has_escapes = false;
};

/// Walks once over one JSON text, checks it and hands its parts out as they stand, so that payloads
/// need neither a tree nor a copy. The first fault ends it: every function then fails.
/// Shape:  views refer to the text.
/// Source: RFC 8259; stricter in that escaped surrogates come in pairs, so that strings are text.
class JsonReader {
public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  /// The next value with all that it contains, without the space around it. Nesting is limited to
  /// protocol::json_depth_max.
  [[nodiscard]] std::optional<std::string_view> value();
  /// The next value, which must be a string.
  [[nodiscard]] std::optional<JsonString> string();
  /// The next value, which must be an object: calls `member(name)` for each of its members, which
  /// reads the value with this reader and returns false to end it all.
  template <class Member>
  [[nodiscard]] bool object(Member member) {
    if (!take('{', "expected an object")) return false;
    if (skip_if('}')) return true;
    do {
      const auto name = string();
      if (!name || !take(':', "expected ':'") || !member(*name)) return false;
    } while (skip_if(','));
    return take('}', "expected ',' or '}'");
  }
  /// Whether nothing but space is left.
  [[nodiscard]] bool at_end();
  /// The first character of the next value; '\0' at the end.
  [[nodiscard]] char peek();

  /// What is wrong, for a person: "expected ':' at byte 17"; empty while nothing is.
  [[nodiscard]] std::string fault() const;
  [[nodiscard]] bool is_faulty() const { return fault_ != nullptr; }

private:
  bool fail(const char* fault);
  bool take(char wanted, const char* fault);
  bool skip_if(char wanted);
  void skip_space();
  bool skip_value(std::size_t depth);
  bool skip_array(std::size_t depth);
  bool skip_number();
  bool skip_exponent();
  [[nodiscard]] bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool skip_digits();
  bool skip_word(std::string_view word);
  bool skip_string(JsonString& out);
  bool skip_escape();
  std::optional<unsigned> hex4();

  std::string_view text_;
  std::size_t at_ = 0;
  const char* fault_ = nullptr;
};

/// The text that a JSON string means.
[[nodiscard]] std::string unescaped(JsonString string);

}  // namespace weir::adapters::common
