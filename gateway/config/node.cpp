#include "gateway/config/node.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace weir::gateway::config {
namespace {

constexpr std::size_t shown_bytes_max = 64;

struct Describe {
  std::string operator()(bool value) const { return value ? "is true" : "is false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("is {}", value); }
  std::string operator()(double value) const { return fmt::format("is {}", value); }
  std::string operator()(const std::string& value) const {
    return fmt::format("is the text {}", quoted(value));
  }
  std::string operator()(const Node::Array&) const { return "is a list"; }
  std::string operator()(const Node::Table&) const { return "is a table"; }
  std::string operator()(const Node::Date&) const { return "is a date or time"; }
};

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, shown_bytes_max)) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    out += is_control ? '?' : c;
  }
  return out + (text.size() > shown_bytes_max ? "...\"" : "\"");
}

const Node* Node::find(std::string_view key) const {
  const auto* members = table();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, key, &Member::key);
  return found == members->end() ? nullptr : &found->value;
}

void set(Node& table, std::string_view key, Node value) {
  auto& members = std::get<Node::Table>(table.value);
  std::erase_if(members, [key](const Member& member) { return member.key == key; });
  const auto place = value.place;
  members.push_back({std::string(key), place, std::move(value)});
}

std::string describe(const Node& node) {
  return std::visit(Describe{}, node.value);
}

}  // namespace weir::gateway::config
