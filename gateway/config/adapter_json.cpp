#include "gateway/config/adapter_json.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace weir::gateway::config {
namespace {

using Json = nlohmann::ordered_json;  // in the order of the file

Json convert(const Node& node, Faults& faults);

struct Convert {
  const Place& place;
  Faults& faults;

  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(double value) const {
    if (std::isfinite(value)) return value;
    faults.push_back({place, "is not a finite number", "expected one"});
    return nullptr;
  }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const Node::Array& items) const {
    auto out = Json::array();
    for (const auto& item : items) out.push_back(convert(item, faults));
    return out;
  }
  Json operator()(const Node::Table& members) const {
    auto out = Json::object();
    for (const auto& member : members) out[member.key] = convert(member.value, faults);
    return out;
  }
  Json operator()(Node::Date) const {
    faults.push_back({place, "is a date or time", "expected it in quotes, as text"});
    return nullptr;
  }
};

Json convert(const Node& node, Faults& faults) {
  return std::visit(Convert{node.place, faults}, node.value);
}

}  // namespace

std::string to_json(std::span<const Member* const> members, Faults& faults) {
  auto out = Json::object();
  for (const auto* member : members) out[member->key] = convert(member->value, faults);
  return out.dump();
}

ValueType<std::string> any_table() {
  ValueType<std::string> type;
  type.shape = Shape::table;
  type.expected = "a table";
  type.read = [](const Node& node, Faults& faults) -> std::optional<std::string> {
    if (node.table() == nullptr) {
      faults.push_back({node.place, describe(node), "expected a table"});
      return std::nullopt;
    }
    return convert(node, faults).dump();
  };
  type.show = [](const std::string& json) { return json; };
  return type;
}

}  // namespace weir::gateway::config
