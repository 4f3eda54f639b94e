#include "gateway/config/environment.hpp"

#include "gateway/config/sections.hpp"
#include "protocol/core/nearest_name.hpp"

#include <cctype>
#include <charconv>
#include <fmt/format.h>

namespace weir::gateway::config {
namespace {

constexpr std::string_view prefix = "WEIR_";

std::string upper(std::string_view name) {
  std::string out;
  for (const char c : name) {
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string variable_name(const KeyInfo& info) {
  const auto section = info.section.name.empty() ? "" : upper(info.section.name) + "_";
  return fmt::format("{}{}{}", prefix, section, upper(info.name));
}

/// Kubernetes tells a container about every service with variables such as WEIR_ADMIN_SERVICE_HOST
/// or WEIR_ADMIN_PORT=tcp://10.0.0.1:8081, for a service called "weir-admin".
bool is_service_link(std::string_view variable, std::string_view value) {
  if (variable.find("_SERVICE_") != std::string_view::npos) return true;
  if (variable.find("_TCP") != std::string_view::npos) return true;
  if (variable.find("_UDP") != std::string_view::npos) return true;
  return value.starts_with("tcp://") || value.starts_with("udp://");
}

template <class Number>
bool parse_whole(std::string_view text, Number& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

/// The text as a value of this shape, where it can be one.
Node to_node(Shape shape, const std::string& text, const std::string& variable) {
  Node node{text, {0, 0, variable}};
  std::int64_t whole = 0;
  double number = 0;
  if (shape == Shape::boolean && (text == "true" || text == "false")) {
    node.value = text == "true";
  } else if (shape == Shape::integer && parse_whole(text, whole)) {
    node.value = whole;
  } else if (shape == Shape::number && parse_whole(text, number)) {
    node.value = number;
  }
  return node;
}

bool is_scalar(Shape shape) {
  return shape != Shape::list && shape != Shape::table;
}

/// The table that a variable of this section changes; nullptr and a mistake where there is none.
Node* find_target(const KeyInfo& info,
                  const std::string& variable,
                  Node& root,
                  Mistakes& mistakes) {
  if (info.section.name.empty()) return &root;
  if (root.find(info.section.name) == nullptr) {
    set(root, info.section.name, Node{Node::Table{}, {0, 0, variable}});
  }
  for (auto& member : std::get<Node::Table>(root.value)) {
    if (member.key != info.section.name) continue;
    if (member.value.table() != nullptr) return &member.value;
    if (member.value.array() == nullptr) return nullptr;  // told where the section is read
  }
  mistakes.push_back(
      {{0, 0, variable},
       full_key(info.section.name, info.name),
       fmt::format("cannot be set here, because [[{}]] is a list", info.section.name),
       "set it in the file"});
  return nullptr;
}

void apply(const KeyInfo& info,
           const Environment::value_type& entry,
           Node& root,
           Mistakes& mistakes) {
  const auto& [variable, value] = entry;
  if (!is_scalar(info.shape) || info.section.repeat == Repeat::listed) {
    mistakes.push_back({{0, 0, variable},
                        full_key(info.section.name, info.name),
                        "cannot be set by a variable, because it is no single value",
                        "set it in the file"});
    return;
  }
  auto* target = find_target(info, variable, root, mistakes);
  if (target != nullptr) set(*target, info.name, to_node(info.shape, value, variable));
}

void add_unknown_variable(const std::string& variable,
                          const std::vector<KeyInfo>& keys,
                          Mistakes& mistakes) {
  std::vector<std::string> names;
  bool is_ours = false;
  for (const auto& info : keys) {
    if (is_scalar(info.shape) && info.section.repeat != Repeat::listed)
      names.push_back(variable_name(info));
    const auto section = fmt::format("{}{}_", prefix, upper(info.section.name));
    is_ours = is_ours || (!info.section.name.empty() && variable.starts_with(section));
  }
  if (!is_ours) return;
  const auto nearest =
      protocol::nearest_name(variable, std::vector<std::string_view>(names.begin(), names.end()));
  mistakes.push_back({{0, 0, variable},
                      {},
                      "names no key",
                      nearest.empty() ? "expected WEIR_SECTION_KEY for a key of the documentation"
                                      : fmt::format("did you mean {}?", nearest)});
}

}  // namespace

void apply_environment(const Environment& environment, Node& root, Mistakes& mistakes) {
  const auto keys = all_keys();
  for (const auto& entry : environment) {
    const auto& [variable, value] = entry;
    if (!variable.starts_with(prefix) || is_service_link(variable, value)) continue;
    const auto found = std::ranges::find(keys, variable, variable_name);
    if (found != keys.end()) {
      apply(*found, entry, root, mistakes);
    } else {
      add_unknown_variable(variable, keys, mistakes);
    }
  }
}

}  // namespace weir::gateway::config
