#include "tests/tidy/include_checks.hpp"

#include "tests/tidy/text.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace weir::tests::tidy {

namespace {

struct Include {
  std::string target;
  bool is_quoted = false;
  std::string where;
};

constexpr std::array product_folders{"protocol", "gateway", "adapters", "clients"};

bool is_product(std::string_view path) {
  return std::any_of(product_folders.begin(), product_folders.end(), [path](const char* folder) {
    return is_in(path, folder);
  });
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  const std::string code = without_comments(file.text);
  std::size_t number = 0;
  for (std::string_view line : lines_of(code)) {
    ++number;
    line = trimmed(line);
    if (!line.starts_with("#include")) continue;
    line = trimmed(line.substr(std::string_view("#include").size()));
    const auto end = line.find_first_of("\">", 1);
    if (line.empty() || end == std::string_view::npos) continue;
    includes.push_back({std::string(line.substr(1, end - 1)),
                        line.front() == '"',
                        file.path + ":" + std::to_string(number)});
  }
  return includes;
}

/// The text between "weir_layer(" and its ")", for each call.
std::vector<std::vector<std::string>> layer_calls(std::string_view cmake) {
  std::vector<std::vector<std::string>> calls;
  constexpr std::string_view name = "weir_layer(";
  for (auto at = cmake.find(name); at != std::string_view::npos; at = cmake.find(name, at + 1)) {
    const auto begin = at + name.size();
    calls.push_back(words_of(cmake.substr(begin, cmake.find(')', begin) - begin)));
  }
  return calls;
}

}  // namespace

Layers::Layers(std::string_view text) {
  for (std::string_view line : lines_of(text)) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
      throw std::runtime_error("layers.txt: expected `folder: folders` in: " + std::string(line));
    const auto others = words_of(line.substr(colon + 1));
    allowed_[std::string(trimmed(line.substr(0, colon)))] = {others.begin(), others.end()};
  }
  if (allowed_.empty()) throw std::runtime_error("layers.txt is empty");
}

std::optional<std::string> Layers::layer_of(std::string_view path) const {
  std::string_view folder = path;
  while (!folder.empty()) {
    if (allowed_.contains(std::string(folder))) return std::string(folder);
    if (allowed_.contains(std::string(folder_of(folder)) + "/*")) return std::string(folder);
    folder = folder_of(folder);
  }
  return std::nullopt;
}

bool Layers::may_include(const std::string& layer, const std::string& other) const {
  if (layer == other) return true;
  auto row = allowed_.find(layer);
  if (row == allowed_.end()) row = allowed_.find(std::string(folder_of(layer)) + "/*");
  return row != allowed_.end() && (row->second.contains(other) || row->second.contains("*"));
}

Violations check_layers(const SourceTree& tree, const Layers& layers) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!is_cpp_source(file.path) || !is_product(file.path)) continue;
    const auto layer = layers.layer_of(folder_of(file.path));
    if (!layer) {
      violations.push_back({file.path, "its folder is not in tests/tidy/layers.txt"});
      continue;
    }
    for (const Include& include : includes_of(file)) {
      if (!include.is_quoted) continue;
      const auto other = layers.layer_of(folder_of(include.target));
      if (!other) {
        violations.push_back({include.where,
                              "\"" + include.target +
                                  "\" is no path from the repository's root into a known layer"});
      } else if (!layers.may_include(*layer, *other)) {
        violations.push_back({include.where, *layer + " must not include " + *other});
      }
    }
  }
  return violations;
}

Violations check_declared_layers(const SourceTree& tree, const Layers& layers) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!file.path.ends_with("CMakeLists.txt")) continue;
    for (const auto& call : layer_calls(file.text)) {
      if (call.empty()) continue;
      const auto layer = layers.layer_of(call.front());
      if (!layer) {
        violations.push_back({file.path, call.front() + " is not in tests/tidy/layers.txt"});
        continue;
      }
      auto at = std::find(call.begin(), call.end(), "DEPS");
      if (at == call.end()) continue;
      // the next keyword ends the list
      for (++at; at != call.end() &&
                 at->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != std::string::npos;
           ++at) {
        if (!layers.may_include(*layer, *at))
          violations.push_back({file.path, *layer + " must not depend on " + *at});
      }
    }
  }
  return violations;
}

std::vector<Library> parse_libraries(std::string_view text) {
  std::vector<Library> libraries;
  for (std::string_view line : lines_of(text)) {
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    const auto columns = columns_of(line);
    if (columns.size() != 3)
      throw std::runtime_error("libraries.txt: expected three columns in: " + std::string(line));
    const auto flags = words_of(columns[2]);
    libraries.push_back(
        {.prefix = columns[0],
         .places = words_of(columns[1]),
         .is_source_only = std::find(flags.begin(), flags.end(), "source") != flags.end(),
         .is_once = std::find(flags.begin(), flags.end(), "once") != flags.end()});
  }
  return libraries;
}

Violations check_libraries(const SourceTree& tree, const std::vector<Library>& libraries) {
  Violations violations;
  std::map<std::string, std::set<std::string>> users;
  for (const SourceFile& file : tree.files) {
    if (!is_cpp_source(file.path) || !is_product(file.path)) continue;
    for (const Include& include : includes_of(file)) {
      const auto library =
          std::find_if(libraries.begin(), libraries.end(), [&](const Library& candidate) {
            return include.target.starts_with(candidate.prefix);
          });
      if (library == libraries.end()) continue;
      const auto& places = library->places;
      if (std::none_of(places.begin(), places.end(), [&](const std::string& place) {
            return is_in(file.path, place);
          }))
        violations.push_back(
            {include.where,
             library->prefix + " is not for this folder (tests/tidy/libraries.txt)"});
      if (library->is_source_only && is_header(file.path))
        violations.push_back({include.where, library->prefix + " belongs into .cpp files only"});
      if (library->is_once) users[library->prefix].insert(file.path);
      if (library->is_once && users[library->prefix].size() > 1)
        violations.push_back({include.where,
                              library->prefix + " is already in " +
                                  *users[library->prefix].begin() + "; one file is enough"});
    }
  }
  return violations;
}

}  // namespace weir::tests::tidy
