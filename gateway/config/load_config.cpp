#include "gateway/config/load_config.hpp"

#include "gateway/config/adapter_json.hpp"
#include "gateway/config/checks.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/toml_reader.hpp"
#include "gateway/config/warnings.hpp"
#include "protocol/core/nearest_name.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::gateway::config {
namespace {

std::string expected_form(const SectionInfo& section) {
  switch (section.repeat) {
    case Repeat::once:
      return fmt::format("expected one table [{}]", section.name);
    case Repeat::once_or_listed:
      return fmt::format("expected [{0}] or [[{0}]]", section.name);
    case Repeat::listed:
      return fmt::format("expected tables [[{}]]", section.name);
  }
  return {};
}

/// Tells where a section is no table, or not as often there as it may be.
void check_form(const SectionInfo& section, const Node& node, Mistakes& mistakes) {
  const auto add = [&](const Node& wrong, std::string what) {
    mistakes.push_back(
        {wrong.place, std::string(section.name), std::move(what), expected_form(section)});
  };
  if (node.array() == nullptr) {
    if (node.table() == nullptr || section.repeat == Repeat::listed) add(node, describe(node));
    return;
  }
  if (section.repeat == Repeat::once) return add(node, describe(node));
  if (section.repeat == Repeat::once_or_listed && node.array()->empty()) add(node, "is empty");
  for (const auto& item : *node.array()) {
    if (item.table() == nullptr) add(item, describe(item));
  }
}

template <class S>
void read_once(std::string_view section,
               const Node& root,
               const std::vector<Key<S>>& keys,
               S& out,
               Mistakes& mistakes) {
  const auto* node = root.find(section);
  if (node != nullptr && node->table() != nullptr)
    read_section(section, *node, keys, out, mistakes);
}

template <class S>
void read_each(std::string_view section,
               const Node& root,
               const std::vector<Key<S>>& keys,
               std::vector<S>& out,
               Mistakes& mistakes) {
  for (const auto* table : tables_of(root, section)) {
    read_section(section, *table, keys, out.emplace_back(), mistakes);
  }
}

void check_type(const AdapterConfig& adapter,
                const Node& table,
                std::span<const std::string_view> types,
                Mistakes& mistakes) {
  const auto* node = table.find("type");
  if (types.empty() || adapter.type.empty() || adapter.type == "plugin") return;
  if (std::ranges::find(types, adapter.type) != types.end()) return;
  const auto nearest = protocol::nearest_name(adapter.type, types);
  const auto hint = nearest.empty() ? std::string() : fmt::format("did you mean \"{}\"? ", nearest);
  mistakes.push_back(
      {node->place,
       "adapter.type",
       quoted(adapter.type) + " is unknown",
       fmt::format(
           "{}built in: {}; \"plugin\" for one of your own", hint, fmt::join(types, ", "))});
}

/// An adapter's table holds keys of the gateway and keys of its own; those of a plug-in are in
/// `config`, so that a mistyped one of ours is found.
void read_adapter(const Node& table, AdapterConfig& adapter, Mistakes& mistakes) {
  adapter.line = table.place.line;
  const auto* type = table.find("type");
  const auto* type_text = type == nullptr ? nullptr : std::get_if<std::string>(&type->value);
  auto keys = adapter_keys();
  if (type_text != nullptr && *type_text == "plugin") {
    std::ranges::move(plugin_keys(), std::back_inserter(keys));
    return read_section("adapter", table, keys, adapter, mistakes);
  }
  Faults faults;
  adapter.json = to_json(read_keys("adapter", table, keys, adapter, mistakes), faults);
  add_mistakes("adapter", faults, mistakes);
}

void read_root(const Node& root, Config& config, Mistakes& mistakes) {
  auto known = names_of(root_keys());
  const auto sections = all_sections();
  for (const auto& section : sections) {
    if (!section.name.empty()) known.push_back(section.name);
  }
  for (const auto* member : read_keys({}, root, root_keys(), config, mistakes)) {
    const auto section =
        std::ranges::find(sections, std::string_view(member->key), &SectionInfo::name);
    if (section == sections.end() || member->key.empty()) {
      add_unknown_key({}, *member, known, mistakes);
    } else {
      check_form(*section, member->value, mistakes);
    }
  }
}

Config read_config(const Node& root, std::span<const std::string_view> types, Mistakes& mistakes) {
  Config config;
  read_root(root, config, mistakes);
  read_each("listen", root, listen_keys(), config.listen, mistakes);
  const auto listen_tables = tables_of(root, "listen");
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    config.listen[i].line = listen_tables[i]->place.line;
  }
  read_once("admin", root, admin_keys(), config.admin, mistakes);
  read_once("auth", root, auth_keys(), config.auth, mistakes);
  read_each("key", root, key_keys(), config.keys, mistakes);
  const auto key_tables = tables_of(root, "key");
  for (std::size_t i = 0; i < config.keys.size(); ++i) {
    config.keys[i].line = key_tables[i]->place.line;
  }
  read_each("rights", root, rights_keys(), config.rights, mistakes);
  read_each("topics", root, topic_keys(), config.topics, mistakes);
  for (const auto* table : tables_of(root, "adapter")) {
    auto& adapter = config.adapters.emplace_back();
    read_adapter(*table, adapter, mistakes);
    check_type(adapter, *table, types, mistakes);
  }
  read_once("echo", root, echo_keys(), config.echo, mistakes);
  read_once("limits", root, limits_keys(), config.limits, mistakes);
  read_once("log", root, log_keys(), config.log, mistakes);
  if (root.find("listen") == nullptr) config.listen.emplace_back();
  check_together(config, root, mistakes);
  return config;
}

/// In the order of the file; variables go behind it.
void sort_by_place(Mistakes& mistakes) {
  std::ranges::stable_sort(mistakes, {}, [](const ConfigMistake& mistake) {
    return std::pair(!mistake.place.variable.empty(), mistake.place);
  });
}

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace

ConfigResult load_config(const ConfigSource& source) {
  ConfigResult result{source.file, {}, {}, {}};
  auto root = read_toml(source.text);
  if (!root) {
    result.mistakes.push_back(root.error());
    return result;
  }
  apply_environment(source.environment, *root, result.mistakes);
  auto config = read_config(*root, source.adapter_types, result.mistakes);
  sort_by_place(result.mistakes);
  if (!result.mistakes.empty()) return result;
  result.warnings = find_warnings(config, *root);
  sort_by_place(result.warnings);
  result.config = std::move(config);
  return result;
}

std::string to_report(const ConfigResult& result) {
  std::string out;
  for (const auto& mistake : result.mistakes) out += to_text(mistake, result.file) + "\n";
  for (const auto& warning : result.warnings) {
    out += "warning: " + to_text(warning, result.file) + "\n";
  }
  const auto verdict = result.mistakes.empty() ? "ok" : counted(result.mistakes.size(), "mistake");
  const auto warnings =
      result.warnings.empty() ? "" : ", " + counted(result.warnings.size(), "warning");
  return out + fmt::format("{}: {}{}\n", result.file, verdict, warnings);
}

}  // namespace weir::gateway::config
