#include "adapters/amqp/arguments.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weir::adapters::amqp {

namespace {

std::optional<Argument> to_argument(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return std::nullopt;
}

}  // namespace

std::optional<Arguments> parse_arguments(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  Arguments arguments;
  for (const auto& [name, value] : object.items()) {
    auto argument = to_argument(value);
    if (!argument) return std::nullopt;
    arguments.emplace_back(name, *std::move(argument));
  }
  return arguments;
}

const Argument* find_argument(const Arguments& arguments, std::string_view name) {
  const auto at = std::ranges::find(arguments, name, &Arguments::value_type::first);
  return at == arguments.end() ? nullptr : &at->second;
}

}  // namespace weir::adapters::amqp
