#include "protocol/native/json_checker.hpp"

#include "protocol/core/repeated_name.hpp"

#include <algorithm>
#include <array>
#include <forward_list>
#include <span>
#include <utility>

namespace weir::protocol::native {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

/// Recursive descent over one text. Each function begins at the first byte of what it checks and
/// ends behind its last; false: `fault_` says why.
class Checker {
public:
  Checker(std::string_view text, JsonRules rules) : text_(text), rules_(rules) {}

  CheckedObject run() {
    CheckedObject out;
    skip_space();
    const bool is_object = message(out.members);
    if (is_object) skip_space();
    if (is_object && at_ < text_.size()) static_cast<void>(fail("nothing may follow the object"));
    out.fault = std::move(fault_);
    return out;
  }

private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool fail(std::string what) {
    fault_ = JsonFault{at_, std::move(what)};
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  /// The outermost object, whose members are kept.
  bool message(std::vector<JsonMember>& members) {
    if (peek() != '{') return fail("expected a JSON object");
    depth_ = 1;
    ++at_;
    skip_space();
    if (peek() == '}') return ++at_, true;
    while (true) {
      const auto name_at = at_;
      if (!member_name()) return false;
      auto name = decode_string(text_.substr(name_at, name_end_ - name_at));
      if (std::ranges::find(members, name, &JsonMember::name) != members.end()) {
        std::erase_if(members, [&](const auto& member) { return member.name == name; });
        at_ = name_at;
        return fail("the name \"" + quotable(name) + "\" occurs twice");
      }
      const auto value_at = at_;
      const auto type = value();
      if (!type) return false;
      const auto value_end = at_;
      skip_space();
      if (peek() != ',' && peek() != '}') return fail("expected ',' or '}'");
      if (members.size() == json_members_max) return fail("too many members");
      members.push_back({std::move(name), {*type, text_.substr(value_at, value_end - value_at)}});
      if (text_[at_++] == '}') return true;
      skip_space();
    }
  }

  /// A name and its colon, up to the first byte of the value. Sets `name_end_`.
  bool member_name() {
    if (peek() != '"') return fail("expected a name in quotes");
    if (!string()) return false;
    name_end_ = at_;
    skip_space();
    if (peek() != ':') return fail("expected ':'");
    ++at_;
    skip_space();
    return true;
  }

  std::optional<JsonType> value() {
    const char first = peek();
    if (first == '"') return if_ok(string(), JsonType::string);
    if (first == '{') return if_ok(object(), JsonType::object);
    if (first == '[') return if_ok(array(), JsonType::array);
    if (first == '-' || is_digit(first)) return if_ok(number(), JsonType::number);
    if (first == 't') return if_ok(word("true"), JsonType::boolean);
    if (first == 'f') return if_ok(word("false"), JsonType::boolean);
    if (first == 'n') return if_ok(word("null"), JsonType::null);
    fail("expected a value");
    return std::nullopt;
  }

  static std::optional<JsonType> if_ok(bool is_ok, JsonType type) {
    return is_ok ? std::optional(type) : std::nullopt;
  }

  bool enter() {
    if (depth_ == rules_.depth_max) return fail("nested too deep");
    ++depth_;
    ++at_;
    skip_space();
    return true;
  }

  bool leave() {
    --depth_;
    ++at_;
    return true;
  }

  bool object() {
    if (!enter()) return false;
    if (peek() == '}') return leave();
    const auto names_before = names_.size();
    while (true) {
      const auto name_at = at_;
      if (!member_name()) return false;
      remember_name(text_.substr(name_at, name_end_ - name_at));
      if (!value()) return false;
      skip_space();
      if (peek() == '}') break;
      if (peek() != ',') return fail("expected ',' or '}'");
      ++at_;
      skip_space();
    }
    const auto names = std::span(names_).subspan(names_before);
    if (const auto* twice = find_repeated(names); twice != nullptr) {
      return fail("the name \"" + quotable(*twice) + "\" occurs twice");
    }
    names_.resize(names_before);
    return leave();
  }

  void remember_name(std::string_view quoted) {
    if (!rules_.is_unambiguous) return;
    const bool has_escape = quoted.find('\\') != std::string_view::npos;
    names_.push_back(has_escape ? escaped_names_.emplace_front(decode_string(quoted))
                                : quoted.substr(1, quoted.size() - 2));
  }

  bool array() {
    if (!enter()) return false;
    if (peek() == ']') return leave();
    while (true) {
      if (!value()) return false;
      skip_space();
      if (peek() == ']') return leave();
      if (peek() != ',') return fail("expected ',' or ']'");
      ++at_;
      skip_space();
    }
  }

  bool string() {
    ++at_;
    while (true) {
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             !is_control(text_[at_])) {
        ++at_;
      }
      if (at_ == text_.size()) return fail("the text does not end");
      if (text_[at_] == '"') return ++at_, true;
      if (text_[at_] != '\\') return fail("a control character in a text must be escaped");
      if (!escape()) return false;
    }
  }

  bool escape() {
    ++at_;
    if (peek() == 'u') {
      const auto unit = hex_unit();
      if (!unit) return false;
      if (!rules_.is_unambiguous || *unit < 0xd800 || *unit > 0xdfff) return true;
      if (*unit >= 0xdc00 || !text_.substr(at_).starts_with("\\u")) return fail("a lone surrogate");
      ++at_;
      const auto low = hex_unit();
      if (!low) return false;
      return (*low >= 0xdc00 && *low <= 0xdfff) || fail("a lone surrogate");
    }
    constexpr std::string_view simple = "\"\\/bfnrt";
    if (at_ == text_.size() || simple.find(peek()) == std::string_view::npos) {
      return fail("no such escape");
    }
    return ++at_, true;
  }

  /// The four digits after "\u", `at_` on the u.
  std::optional<unsigned> hex_unit() {
    ++at_;
    unsigned unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (!is_hex(peek())) {
        fail("expected four hexadecimal digits");
        return std::nullopt;
      }
      unit = unit * 16 + hex_digit(peek());
    }
    return unit;
  }

  bool number() {
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (peek() != 'e' && peek() != 'E') return true;
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    return digits();
  }

  bool digits() {
    if (!is_digit(peek())) return fail("expected a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return fail("expected a value");
    at_ += word.size();
    return true;
  }

  std::string_view text_;
  JsonRules rules_;
  std::size_t depth_ = 0;
  std::size_t at_ = 0;
  std::size_t name_end_ = 0;             ///< of the last name, behind its quote
  std::vector<std::string_view> names_;  ///< of the objects that are open, the outermost excepted
  std::forward_list<std::string> escaped_names_;  ///< what views in `names_` may point to
  std::optional<JsonFault> fault_;
};

}  // namespace

CheckedObject check_object(std::string_view text, JsonRules rules) {
  return Checker(text, rules).run();
}

}  // namespace weir::protocol::native
