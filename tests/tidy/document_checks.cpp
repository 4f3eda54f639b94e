#include "tests/tidy/document_checks.hpp"

#include "tests/tidy/text.hpp"

#include <filesystem>
#include <regex>

namespace weir::tests::tidy {

namespace {

constexpr std::string_view configuration_path = "deploy/docs/CONFIGURATION.md";
constexpr std::string_view architecture_path = "gateway/docs/ARCHITECTURE.md";

std::string first_match(const std::string& text, const std::string& pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : std::string();
}

std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex expression(pattern);
  for (auto at = std::sregex_iterator(text.begin(), text.end(), expression);
       at != std::sregex_iterator();
       ++at)
    found.push_back((*at)[1].str());
  return found;
}

/// Where a link of the document at `path` leads, from the root; without its #anchor.
std::string resolved(std::string_view path, const std::string& target) {
  const auto file = std::filesystem::path(folder_of(path)) / target.substr(0, target.find('#'));
  std::string normal = file.lexically_normal().generic_string();
  if (normal.ends_with('/')) normal.pop_back();
  return normal;
}

bool is_external(const std::string& target) {
  return target.starts_with('#') || target.find("://") != std::string::npos ||
         target.starts_with("mailto:");
}

/// A line of layers.txt as a row of the table, or nothing where it is none.
std::string layer_row(std::string_view line) {
  const auto colon = line.find(':');
  if (line.starts_with('#') || colon == std::string_view::npos) return {};
  std::string row = "| `" + std::string(line.substr(0, colon)) + "` |";
  const auto allowed = words_of(line.substr(colon + 1));
  if (allowed.empty()) return row + " nothing of ours |";
  if (allowed.front() == "*") return row + " everything |";
  for (const std::string& folder : allowed) row += " `" + folder + "`";
  return row + " |";
}

}  // namespace

Violations check_links(const SourceTree& tree) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!file.path.ends_with(".md")) continue;
    for (const std::string& target : all_matches(file.text, R"(\]\(([^)\s]+)\))")) {
      if (!is_external(target) && !tree.exists(resolved(file.path, target)))
        violations.push_back({file.path, "broken link: " + target});
    }
  }
  return violations;
}

Violations check_versions(const SourceTree& tree) {
  const SourceFile* cmake = tree.find("CMakeLists.txt");
  const std::string version =
      cmake == nullptr ? "" : first_match(cmake->text, R"(project\(weir VERSION ([0-9.]+))");
  if (version.empty()) return {{"CMakeLists.txt", "no `project(weir VERSION x.y.z`"}};

  Violations violations;
  for (const SourceFile& file : tree.files) {
    std::vector<std::string> found;
    if (file.path == "clients/typescript/package.json")
      found = all_matches(file.text, R"xx("version": *"([0-9.]+)")xx");
    if (file.path == "deploy/CHANGELOG.md")
      found = {first_match(file.text, R"(## \[?([0-9]+\.[0-9]+\.[0-9]+))")};
    // the server's name on the wire, as the documents and vectors show it
    if (!is_in(file.path, "tests/tidy")) {
      const auto shown = all_matches(file.text, R"(\bweir/([0-9]+\.[0-9]+\.[0-9]+))");
      found.insert(found.end(), shown.begin(), shown.end());
    }
    for (const std::string& other : found) {
      if (other != version)
        violations.push_back(
            {file.path, "says version " + other + ", CMakeLists.txt says " + version});
    }
  }
  return violations;
}

Violations check_documented_limits(const SourceTree& tree) {
  const SourceFile* header = tree.find("protocol/core/limits.hpp");
  const SourceFile* document = tree.find(configuration_path);
  if (document == nullptr) return {};
  if (header == nullptr) return {{"protocol/core/limits.hpp", "is missing"}};
  const auto begin = header->text.find("struct Limits");
  if (begin == std::string::npos) return {{header->path, "has no struct Limits"}};

  Violations violations;
  const std::string code = without_comments(header->text.substr(begin));
  for (const std::string& name : all_matches(code, R"(([a-z0-9_]+) *= *[^;=]+;)")) {
    if (document->text.find("`" + name + "`") == std::string::npos)
      violations.push_back({document->path, "does not explain the limit `" + name + "`"});
  }
  return violations;
}

Violations check_documented_layers(const SourceTree& tree) {
  const SourceFile* layers = tree.find("tests/tidy/layers.txt");
  const SourceFile* document = tree.find(std::string(architecture_path));
  if (document == nullptr) return {};
  if (layers == nullptr) return {{"tests/tidy/layers.txt", "is missing"}};
  Violations violations;
  std::size_t rows = 0;
  for (const std::string_view line : lines_of(layers->text)) {
    const auto row = layer_row(line);
    if (row.empty()) continue;
    ++rows;
    if (document->text.find("\n" + row + "\n") == std::string::npos)
      violations.push_back({document->path, "does not say: " + row});
  }
  const auto written =
      all_matches(document->text, R"(\n(\| `[a-z]+/[a-z*]+` \| (`|nothing|every)))");
  if (written.size() > rows)
    violations.push_back({document->path, "has more rows than layers.txt has lines"});
  return violations;
}

}  // namespace weir::tests::tidy
