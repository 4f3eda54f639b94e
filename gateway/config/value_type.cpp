#include "gateway/config/value_type.hpp"

#include "gateway/config/size_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::gateway::config {
namespace {

void add_fault(Faults& faults, const Node& node, const std::string& expected) {
  faults.push_back({node.place, describe(node), "expected " + expected});
}

std::string show_text(const std::string& value) {
  return fmt::format("\"{}\"", value);
}

std::optional<std::int64_t> get_integer(const Node& node) {
  const auto* value = std::get_if<std::int64_t>(&node.value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::int64_t> get_size(const Node& node) {
  const auto* value = std::get_if<std::string>(&node.value);
  return value == nullptr ? get_integer(node) : parse_size(*value);
}

using GetInteger = std::optional<std::int64_t> (*)(const Node&);

/// An integer of a range, out of whatever `get` finds in the node.
ValueType<std::int64_t> ranged(Shape shape, std::string expected, Range range, GetInteger get) {
  ValueType<std::int64_t> type;
  type.shape = shape;
  type.read = [=](const Node& node, Faults& faults) -> std::optional<std::int64_t> {
    const auto value = get(node);
    if (value && *value >= range.min && *value <= range.max) return value;
    add_fault(faults, node, expected);
    return std::nullopt;
  };
  type.expected = std::move(expected);
  return type;
}

/// The text in the node, if it is one that passes the check.
std::optional<std::string> read_text(const Node& node,
                                     const std::string& expected,
                                     const TextCheck& check,
                                     Faults& faults) {
  const auto* value = std::get_if<std::string>(&node.value);
  if (value == nullptr) {
    add_fault(faults, node, expected);
    return std::nullopt;
  }
  if (const auto wrong = check(*value); !wrong.empty()) {
    faults.push_back({node.place, quoted(*value) + " " + wrong, "expected " + expected});
    return std::nullopt;
  }
  return *value;
}

/// `"a", "b" or "c"`
std::string alternatives(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += fmt::format("\"{}\"", words[i]);
  }
  return out;
}

}  // namespace

ValueType<bool> boolean() {
  ValueType<bool> type;
  type.shape = Shape::boolean;
  type.expected = "true or false";
  type.read = [expected = type.expected](const Node& node, Faults& faults) -> std::optional<bool> {
    const auto* value = std::get_if<bool>(&node.value);
    if (value != nullptr) return *value;
    add_fault(faults, node, expected);
    return std::nullopt;
  };
  type.show = [](bool value) { return value ? "true" : "false"; };
  return type;
}

ValueType<std::int64_t> integer(Range range) {
  return integer(range, fmt::format("an integer from {} to {}", range.min, range.max));
}

ValueType<std::int64_t> integer(Range range, std::string expected) {
  auto type = ranged(Shape::integer, std::move(expected), range, get_integer);
  type.show = [](std::int64_t value) { return std::to_string(value); };
  return type;
}

ValueType<std::int64_t> size(Range range) {
  auto expected = fmt::format(
      "a size from {} to {}, like 65536 or \"64KiB\"", size_text(range.min), size_text(range.max));
  auto type = ranged(Shape::size, std::move(expected), range, get_size);
  type.show = [](std::int64_t value) {
    const auto shown = size_text(value);
    return shown == std::to_string(value) ? shown : show_text(shown);
  };
  return type;
}

ValueType<double> number(double max) {
  ValueType<double> type;
  type.shape = Shape::number;
  type.expected = fmt::format("a number from 0 to {}", max);
  type.read = [max, expected = type.expected](const Node& node,
                                              Faults& faults) -> std::optional<double> {
    std::optional<double> value;
    if (const auto* given = std::get_if<double>(&node.value)) value = *given;
    if (const auto whole = get_integer(node)) value = static_cast<double>(*whole);
    if (value && std::isfinite(*value) && *value >= 0 && *value <= max) return value;
    add_fault(faults, node, expected);
    return std::nullopt;
  };
  type.show = [](double value) { return fmt::format("{}", value); };
  return type;
}

ValueType<std::string> text(std::string expected, TextCheck check) {
  ValueType<std::string> type;
  type.shape = Shape::text;
  type.read = [expected, check = std::move(check)](const Node& node, Faults& faults) {
    return read_text(node, expected, check, faults);
  };
  type.expected = std::move(expected);
  type.show = show_text;
  return type;
}

ValueType<std::vector<std::string>> list(const std::string& expected, TextCheck check) {
  using List = std::vector<std::string>;
  ValueType<List> type;
  type.shape = Shape::list;
  type.expected = "a list of " + expected;
  type.read = [expected, all = type.expected, check = std::move(check)](
                  const Node& node, Faults& faults) -> std::optional<List> {
    if (node.array() == nullptr) {
      add_fault(faults, node, all);
      return std::nullopt;
    }
    List out;
    for (const auto& item : *node.array()) {
      if (auto value = read_text(item, expected, check, faults)) out.push_back(std::move(*value));
    }
    return out.size() == node.array()->size() ? std::optional(out) : std::nullopt;
  };
  type.show = [](const List& items) {
    std::vector<std::string> shown;
    for (const auto& item : items) shown.push_back(show_text(item));
    return fmt::format("[{}]", fmt::join(shown, ", "));
  };
  return type;
}

ValueType<std::int64_t> choice(std::vector<std::string_view> words) {
  ValueType<std::int64_t> type;
  type.shape = Shape::text;
  type.expected = alternatives(words);
  const auto check = [words](std::string_view value) -> std::string {
    return std::ranges::find(words, value) != words.end() ? "" : "is unknown";
  };
  type.read = [words, check, expected = type.expected](
                  const Node& node, Faults& faults) -> std::optional<std::int64_t> {
    const auto value = read_text(node, expected, check, faults);
    if (!value) return std::nullopt;
    return std::ranges::find(words, *value) - words.begin();
  };
  type.show = [words](std::int64_t index) {
    return show_text(std::string(words.at(static_cast<std::size_t>(index))));
  };
  return type;
}

}  // namespace weir::gateway::config
