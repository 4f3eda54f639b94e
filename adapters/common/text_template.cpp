#include "adapters/common/text_template.hpp"

#include "adapters/abi/adapter.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace weir::adapters::common {

namespace {

[[noreturn]] void fail(const TextTemplate::Options& options, const std::string& problem) {
  throw abi::Failure("key '" + std::string(options.key) + "' is '" + std::string(options.text) +
                     "': " + problem);
}

std::string names_of(std::span<const TemplateVariable> variables) {
  std::string names;
  for (const TemplateVariable& variable : variables) {
    if (!names.empty()) names += ", ";
    names += "{" + std::string(variable.name);
    if (variable.shape == VariableShape::words) names += "[1]";
    if (variable.shape == VariableShape::members) names += "[name]";
    names += "}";
  }
  return names;
}

std::optional<std::size_t> to_index(std::string_view text) {
  std::size_t index = 0;
  const char* const begin = text.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + text.size();
  const auto [at, fault] = std::from_chars(begin, end, index);
  if (fault != std::errc() || at != end) return std::nullopt;
  return index;
}

/// Puts together the levels of a template, whose variables must be whole ones.
class LevelSplitter {
public:
  void add(std::string_view literal) {
    for (const char c : literal) {
      if (!levels_.empty() && levels_.back().takes_rest) return fail("[n:] must be its end");
      if (c == '/') {
        if (!std::exchange(is_behind_variable_, false)) end_literal();
        continue;
      }
      if (is_behind_variable_) return fail(whole);
      literal_ += c;
    }
  }
  void add(TemplateLevel variable) {
    if (is_behind_variable_ || !literal_.empty()) return fail(whole);
    levels_.push_back(std::move(variable));
    is_behind_variable_ = true;
  }
  /// The first one counts.
  void fail(const std::string& fault) {
    if (fault_.empty()) fault_ = fault;
  }
  protocol::Result<std::vector<TemplateLevel>, std::string> finish() && {
    if (!fault_.empty()) return protocol::Unexpected<std::string>(fault_);
    if (!is_behind_variable_) end_literal();
    return std::move(levels_);
  }

private:
  static constexpr const char* whole = "a variable must be a whole level";

  void end_literal() { levels_.push_back({.literal = std::exchange(literal_, {}), .word = {}}); }

  std::vector<TemplateLevel> levels_;
  std::string literal_;  ///< of the level that has not ended
  bool is_behind_variable_ = false;
  std::string fault_;
};

}  // namespace

TextTemplate::TextTemplate(const Options& options) : joint_(options.joint) {
  std::string_view rest = options.text;
  while (!rest.empty()) {
    const auto open = rest.find_first_of("{}");
    if (open == std::string_view::npos) break;
    const auto close = rest.find_first_of("{}", open + 1);
    if (rest[open] == '}' || close == std::string_view::npos || rest[close] == '{')
      fail(options, "a brace has no partner");
    Part part = parse_variable(options, rest.substr(open + 1, close - open - 1));
    part.literal = rest.substr(0, open);
    parts_.push_back(std::move(part));
    rest.remove_prefix(close + 1);
  }
  if (!rest.empty())
    parts_.push_back({.literal = std::string(rest), .name = {}, .member = {}, .word = {}});
}

TextTemplate::Part TextTemplate::parse_variable(const Options& options, std::string_view inside) {
  const auto bracket = inside.find('[');
  const std::string_view name = inside.substr(0, bracket);
  const auto variable = std::ranges::find(options.variables, name, &TemplateVariable::name);
  const auto wrong = [&] {
    fail(options, "'{" + std::string(inside) + "}' is none of " + names_of(options.variables));
  };
  if (variable == options.variables.end()) wrong();
  Part part{.literal = {}, .name = variable->name, .member = {}, .word = {}};
  part.separator = variable->separator;
  if (bracket == std::string_view::npos) {
    if (variable->shape == VariableShape::members) wrong();
    return part;
  }
  std::string_view selector = inside.substr(bracket + 1);
  if (!selector.ends_with(']') || selector.size() < 2) wrong();
  selector.remove_suffix(1);
  if (variable->shape == VariableShape::members) {
    part.member = selector;
    return part;
  }
  if (variable->shape == VariableShape::text) wrong();
  part.takes_rest = selector.ends_with(':');
  if (part.takes_rest) selector.remove_suffix(1);
  part.word = to_index(selector);
  if (!part.word) wrong();
  return part;
}

protocol::Result<void, std::string> TextTemplate::expand(const Lookup& lookup,
                                                         std::string& out) const {
  for (const Part& part : parts_) {
    out += part.literal;
    if (part.name.empty()) continue;
    const auto value = lookup(part.name, part.member);
    if (value && !part.word) out += *value;
    const bool is_there = value && (!part.word || append_words(part, *value, out));
    if (is_there) continue;
    std::string missing(part.name);
    if (!part.member.empty()) missing += "[" + part.member + "]";
    if (part.word) missing += "[" + std::to_string(*part.word) + (part.takes_rest ? ":]" : "]");
    return protocol::Unexpected<std::string>("it has no {" + missing + "}");
  }
  return {};
}

/// False: it has not so many words.
bool TextTemplate::append_words(const Part& part, std::string_view value, std::string& out) const {
  bool is_first = true;
  for (std::size_t index = 0;; ++index) {
    const auto end = value.find(part.separator);
    if (index >= *part.word) {
      if (!is_first) out += joint_;
      is_first = false;
      out += value.substr(0, end);
      if (!part.takes_rest) return true;
    }
    if (end == std::string_view::npos) return !is_first;
    value.remove_prefix(end + 1);
  }
}

protocol::Result<std::vector<TemplateLevel>, std::string> TextTemplate::levels(
    std::string_view name) const {
  LevelSplitter splitter;
  for (const Part& part : parts_) {
    splitter.add(part.literal);
    if (part.name.empty()) continue;
    if (part.name != name || !part.word) {
      splitter.fail("it uses {" + std::string(part.name) + "} in another way");
      break;
    }
    splitter.add({.literal = {}, .word = part.word, .takes_rest = part.takes_rest});
  }
  return std::move(splitter).finish();
}

bool TextTemplate::uses(std::string_view name) const {
  return std::ranges::find(parts_, name, &Part::name) != parts_.end();
}

}  // namespace weir::adapters::common
