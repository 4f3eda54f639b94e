#include "protocol/core/json_from_cbor.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/core/json_cursor.hpp"
#include "protocol/core/json_text.hpp"
#include "protocol/core/repeated_name.hpp"
#include "protocol/core/utf8.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace weir::protocol {
namespace {

enum Major : std::uint8_t {
  unsigned_integer,
  negative_integer,
  byte_string,
  text_string,
  array,
  map,
  tag,
  simple,
};

/// What stands in front of every value.
struct Head {
  Major major = simple;
  std::uint8_t info = 0;       ///< the low five bits of the first byte
  std::uint64_t argument = 0;  ///< the value of these, or of the bytes behind it
  [[nodiscard]] bool is_indefinite() const { return info == 31; }
};

constexpr std::string_view self_described = "\xd9\xd9\xf7";
constexpr std::uint8_t break_byte = 0xff;
constexpr double exact_integer_max = 9'007'199'254'740'991;

/// Source: RFC 8949, appendix D.
double half_value(std::uint64_t bits) {
  const auto fraction = static_cast<double>(bits & 0x3ffU);
  const auto exponent = static_cast<int>((bits >> 10U) & 0x1fU);
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent != 31) return sign * std::ldexp(fraction + 1024, exponent - 25);
  return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                       : std::numeric_limits<double>::quiet_NaN();
}

/// Recursive descent over one message. Each function begins behind the head of what it reads;
/// false: `fault_` says why.
class Reader {
public:
  Reader(std::string_view in, const CborRules& rules, std::string& out)
      : in_(in), rules_(rules), out_(out) {}

  std::optional<CborFault> run() {
    if (in_.starts_with(self_described)) at_ = self_described.size();
    Head head;
    if (take_head(head)) {
      if (head.major != map) {
        fail("expected a map");
      } else if (map_of(head, 1) && at_ < in_.size()) {
        head_at_ = at_;
        fail("nothing may follow the map");
      }
    }
    return std::move(fault_);
  }

private:
  /// A name of a map that is open: a part of `out_`, quotes included.
  struct Name {
    std::size_t at = 0;
    std::size_t size = 0;
  };

  [[nodiscard]] std::size_t left() const { return in_.size() - at_; }

  bool fail(std::string what) {
    fault_ = CborFault{head_at_, std::move(what)};
    return false;
  }

  bool take_head(Head& head) {
    head_at_ = at_;
    if (at_ == in_.size()) return fail("the message does not end");
    const auto first = static_cast<std::uint8_t>(in_[at_++]);
    head.major = static_cast<Major>(first >> 5U);
    head.info = first & 0x1fU;
    head.argument = head.info;
    if (head.info < 24) return true;
    if (head.info < 28) return take_argument(std::size_t{1} << (head.info - 24U), head.argument);
    const bool has_indefinite = head.major >= byte_string && head.major <= map;
    return (head.info == 31 && has_indefinite) || fail("no such CBOR item");
  }

  bool take_argument(std::size_t byte_count, std::uint64_t& argument) {
    if (left() < byte_count) return fail("the message does not end");
    argument = 0;
    for (const auto byte : as_bytes(in_.substr(at_, byte_count))) argument = argument << 8U | byte;
    at_ += byte_count;
    return true;
  }

  /// Takes the end of an indefinite length, if it stands here.
  bool take_break() {
    if (at_ == in_.size() || static_cast<std::uint8_t>(in_[at_]) != break_byte) return false;
    ++at_;
    return true;
  }

  bool item(std::size_t depth) {
    Head head;
    return take_head(head) && value(head, depth);
  }

  /// `depth`: of the map or array around it.
  bool value(const Head& head, std::size_t depth) {
    switch (head.major) {
      case unsigned_integer:
        append_integer(head.argument, out_);
        return true;
      case negative_integer:
        return negative(head.argument);
      case byte_string:
        return fail(R"(a byte string can only be ")" + std::string(rules_.bytes_name) + '"');
      case text_string:
        return text(head);
      case array:
        return array_of(head, depth + 1);
      case map:
        return map_of(head, depth + 1);
      case tag:
        return fail("a tag that is not known here");
      case simple:
        return simple_value(head);
    }
    return false;
  }

  /// The number -1 - `argument`.
  bool negative(std::uint64_t argument) {
    if (argument == std::numeric_limits<std::uint64_t>::max()) {
      out_.append("-18446744073709551616");
      return true;
    }
    out_.push_back('-');
    append_integer(argument + 1, out_);
    return true;
  }

  bool simple_value(const Head& head) {
    switch (head.info) {
      case 20:
        out_.append("false");
        return true;
      case 21:
        out_.append("true");
        return true;
      case 22:
        out_.append("null");
        return true;
      case 25:
        return real(half_value(head.argument));
      case 26:
        return real(std::bit_cast<float>(static_cast<std::uint32_t>(head.argument)));
      case 27:
        return real(std::bit_cast<double>(head.argument));
      default:
        return fail("a simple value that JSON does not have");
    }
  }

  bool real(double number) {
    if (std::isinf(number) && !rules_.is_unambiguous) {
      out_.append(number < 0 ? "-1e999" : "1e999");
      return true;
    }
    if (!std::isfinite(number)) return fail("a number that is not finite");
    const bool is_integer = std::trunc(number) == number && std::abs(number) <= exact_integer_max;
    if (is_integer && !(number == 0 && std::signbit(number))) {
      append_integer(static_cast<std::int64_t>(number), out_);
    } else {
      append_number(number, out_);
    }
    return true;
  }

  /// Gives `part` the content of a string, chunk by chunk, each of which is a whole text.
  template <class Part>
  bool string(const Head& head, Part part) {
    if (!head.is_indefinite()) return chunk(head, part);
    while (!take_break()) {
      Head next;
      if (!take_head(next)) return false;
      if (next.major != head.major || next.is_indefinite()) return fail("expected a part of it");
      if (!chunk(next, part)) return false;
    }
    return true;
  }

  template <class Part>
  bool chunk(const Head& head, Part part) {
    if (head.argument > left()) return fail("longer than the message");
    const auto content = in_.substr(at_, static_cast<std::size_t>(head.argument));
    if (head.major == text_string && !is_utf8(content)) return fail("a text that is not UTF-8");
    part(content);
    at_ += content.size();
    return true;
  }

  bool text(const Head& head) {
    out_.push_back('"');
    const auto append = [this](std::string_view part) { append_string_content(part, out_); };
    if (!string(head, append)) return false;
    out_.push_back('"');
    return true;
  }

  bool bytes(const Head& head) {
    std::string content;
    if (!string(head, [&](std::string_view part) { content.append(part); })) return false;
    out_.append(R"({"b64":")").append(to_base64(content)).append(R"("})");
    return true;
  }

  /// Whether `count` items of at least so many bytes each can still come.
  bool can_hold(const Head& head, std::size_t item_bytes_min) {
    if (head.is_indefinite() || head.argument <= left() / item_bytes_min) return true;
    return fail("more than the message can hold");
  }

  /// Whether this was the last of the items of an array or map.
  bool is_over(const Head& head, std::uint64_t taken) {
    return head.is_indefinite() ? take_break() : taken == head.argument;
  }

  bool enter(const Head& head, std::size_t depth, std::size_t item_bytes_min) {
    if (depth > rules_.depth_max) return fail("nested too deep");
    return can_hold(head, item_bytes_min);
  }

  /// Puts the bracket behind the last item instead of its comma.
  void leave(char bracket) {
    if (out_.back() == ',') {
      out_.back() = bracket;
    } else {
      out_.push_back(bracket);
    }
  }

  bool array_of(const Head& head, std::size_t depth) {
    if (!enter(head, depth, 1)) return false;
    out_.push_back('[');
    for (std::uint64_t taken = 0; !is_over(head, taken); ++taken) {
      if (!item(depth)) return false;
      out_.push_back(',');
    }
    leave(']');
    return true;
  }

  bool map_of(const Head& head, std::size_t depth) {
    const auto map_at = head_at_;
    if (!enter(head, depth, 2)) return false;
    const auto names_before = names_.size();
    out_.push_back('{');
    for (std::uint64_t taken = 0; !is_over(head, taken); ++taken) {
      if (depth == 1 && taken == rules_.members_max) return fail("too many members");
      if (!member(depth)) return false;
      out_.push_back(',');
    }
    leave('}');
    head_at_ = map_at;
    return has_different_names(names_before);
  }

  bool member(std::size_t depth) {
    Head name;
    if (!take_head(name)) return false;
    if (name.major != text_string) return fail("expected a text as name");
    const auto name_at = out_.size();
    if (!text(name)) return false;
    const auto quoted = std::string_view(out_).substr(name_at);
    const bool may_be_bytes =
        depth == 1 && quoted.substr(1, quoted.size() - 2) == rules_.bytes_name;
    if (rules_.is_unambiguous) names_.push_back({name_at, quoted.size()});
    out_.push_back(':');
    Head head;
    if (!take_head(head)) return false;
    return head.major == byte_string && may_be_bytes ? bytes(head) : value(head, depth);
  }

  /// The names of the map that ends here; they are the last ones. How a name is written as JSON
  /// is the same whenever the name is.
  bool has_different_names(std::size_t names_before) {
    views_.clear();
    for (const auto& name : std::span(names_).subspan(names_before)) {
      views_.push_back(std::string_view(out_).substr(name.at, name.size));
    }
    names_.resize(names_before);
    const auto* repeated = find_repeated(views_);
    if (repeated == nullptr) return true;
    return fail("the name \"" + quotable(decode_string(*repeated)) + "\" occurs twice");
  }

  std::string_view in_;
  const CborRules& rules_;
  std::string& out_;
  std::size_t at_ = 0;
  std::size_t head_at_ = 0;              ///< of what is read now
  std::vector<Name> names_;              ///< of the maps that are open
  std::vector<std::string_view> views_;  ///< scratch
  std::optional<CborFault> fault_;
};

}  // namespace

std::optional<CborFault> append_json_from_cbor(std::string_view message,
                                               const CborRules& rules,
                                               std::string& json) {
  return Reader(message, rules, json).run();
}

}  // namespace weir::protocol
