#include "gateway/config/toml_reader.hpp"

#include <algorithm>
#include <toml++/toml.h>

namespace weir::gateway::config {
namespace {

Place place_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column, {}};
}

Node convert(const toml::node& from);

Node::Array convert_items(const toml::array& from) {
  Node::Array items;
  items.reserve(from.size());
  for (const auto& item : from) items.push_back(convert(item));
  return items;
}

Node::Table convert_members(const toml::table& from) {
  Node::Table members;
  members.reserve(from.size());
  for (const auto& [key, value] : from) {
    members.push_back({std::string(key.str()), place_of(key.source()), convert(value)});
  }
  std::ranges::sort(members, {}, &Member::place);
  return members;
}

Node convert(const toml::node& from) {
  Node node;
  node.place = place_of(from.source());
  if (const auto* boolean = from.as_boolean()) {
    node.value = boolean->get();
  } else if (const auto* integer = from.as_integer()) {
    node.value = integer->get();
  } else if (const auto* number = from.as_floating_point()) {
    node.value = number->get();
  } else if (const auto* text = from.as_string()) {
    node.value = text->get();
  } else if (const auto* array = from.as_array()) {
    node.value = convert_items(*array);
  } else if (const auto* table = from.as_table()) {
    node.value = convert_members(*table);
  } else {
    node.value = Node::Date{};
  }
  return node;
}

}  // namespace

protocol::Result<Node, ConfigMistake> read_toml(std::string_view text) {
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return protocol::Unexpected<ConfigMistake>(ConfigMistake{
        place_of(error.source()), {}, std::string(error.description()), "expected TOML 1.0"});
  }
}

}  // namespace weir::gateway::config
