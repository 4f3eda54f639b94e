#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::adapters::amqp {

/// One argument of a queue or a binding.
using Argument = std::variant<std::string, bool, std::int64_t, double>;
/// A table of them, in the order of its names.
using Arguments = std::vector<std::pair<std::string, Argument>>;

/// Of a JSON object, as ConfigReader::table gives it. nullopt: it has something else in it.
[[nodiscard]] std::optional<Arguments> parse_arguments(std::string_view json);

/// nullptr: there is none of that name.
[[nodiscard]] const Argument* find_argument(const Arguments& arguments, std::string_view name);

}  // namespace weir::adapters::amqp
