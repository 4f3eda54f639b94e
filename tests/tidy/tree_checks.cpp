#include "tests/tidy/tree_checks.hpp"

#include "tests/tidy/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace weir::tests::tidy {

namespace {

constexpr std::array counted_endings{
    ".cpp", ".hpp", ".h", ".c", ".ts", ".mjs", ".js", ".py", ".cmake", "CMakeLists.txt"};

/// As design and tools want it: documents live beside what they describe, so nothing else belongs
/// here.
const std::set<std::string, std::less<>> top_level_names{"gateway",
                                                         "protocol",
                                                         "adapters",
                                                         "clients",
                                                         "deploy",
                                                         "tests",
                                                         "CMakeLists.txt",
                                                         "README.md",
                                                         "CMakePresets.json",
                                                         ".clang-format",
                                                         ".clang-tidy",
                                                         ".gitignore",
                                                         "LICENSE",
                                                         ".ci"};

/// IO shells and generated pages: tests/integration and tests/browser are their tests.
constexpr std::array without_unit_tests{"gateway/net", "gateway/app", "gateway/console"};

bool has_unit_test_duty(std::string_view path) {
  return path.ends_with(".cpp") && (is_in(path, "protocol") || is_in(path, "gateway")) &&
         std::none_of(without_unit_tests.begin(),
                      without_unit_tests.end(),
                      [path](const char* place) { return is_in(path, place); });
}

std::string file_name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

/// gateway/flow -> weir::gateway::flow; a `core` folder lends its names to its parent.
std::string namespace_of(std::string_view folder) {
  std::string name = "weir";
  while (!folder.empty()) {
    const auto slash = folder.find('/');
    const std::string_view level = folder.substr(0, slash);
    if (level != "core") name += "::" + std::string(level);
    if (slash == std::string_view::npos) break;
    folder.remove_prefix(slash + 1);
  }
  return name;
}

bool opens_namespace(std::string_view code, const std::string& name) {
  const std::string opening = "namespace " + name;
  const auto at = code.find(opening);
  if (at == std::string_view::npos) return false;
  const char next = at + opening.size() < code.size() ? code[at + opening.size()] : '\0';
  return next == ' ' || next == ':';
}

bool needs_namespace(std::string_view path) {
  if (!path.ends_with(".cpp") && !path.ends_with(".hpp")) return false;
  if (path.ends_with("/main.cpp") || is_in(path, "adapters/examples")) return false;
  return is_in(path, "protocol") || is_in(path, "gateway") || is_in(path, "adapters") ||
         is_in(path, "clients");
}

}  // namespace

Violations check_file_lengths(const SourceTree& tree) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (std::none_of(counted_endings.begin(), counted_endings.end(), [&](const char* ending) {
          return file.path.ends_with(ending);
        }))
      continue;
    const auto lines = lines_of(file.text).size();
    if (lines > file_lines_max)
      violations.push_back(
          {file.path,
           std::to_string(lines) + " lines; split it at " + std::to_string(file_lines_max)});
  }
  return violations;
}

Violations check_unit_tests(const SourceTree& tree) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!has_unit_test_duty(file.path)) continue;
    const std::string header = file.path.substr(0, file.path.size() - 4) + ".hpp";
    const std::string mirror = "tests/unit/" + std::string(folder_of(file.path));
    const std::string wanted = "#include \"" + header + "\"";
    if (std::none_of(tree.files.begin(), tree.files.end(), [&](const SourceFile& test) {
          return is_in(test.path, mirror) && test.text.find(wanted) != std::string::npos;
        }))
      violations.push_back({file.path, "no test in " + mirror + " includes \"" + header + "\""});
  }
  return violations;
}

Violations check_top_level(const SourceTree& tree) {
  Violations violations;
  for (const std::string& name : tree.top_level) {
    if (!top_level_names.contains(name))
      violations.push_back(
          {name, "the top level is closed (ARCHITECTURE.md); move it to what it belongs to"});
  }
  return violations;
}

Violations check_listed_sources(const SourceTree& tree) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!is_cpp_source(file.path)) continue;
    const std::string name = file_name_of(file.path);
    bool is_listed = false;
    for (std::string_view folder = folder_of(file.path); !folder.empty() && !is_listed;
         folder = folder_of(folder)) {
      const SourceFile* list = tree.find(std::string(folder) + "/CMakeLists.txt");
      is_listed = list != nullptr && list->text.find(name) != std::string::npos;
    }
    // a header of a test belongs to the test beside it
    const bool is_test_header = is_header(file.path) && is_in(file.path, "tests");
    if (!is_listed && !is_test_header)
      violations.push_back({file.path, "no CMakeLists.txt above it names it, so nobody builds it"});
  }
  return violations;
}

Violations check_namespaces(const SourceTree& tree) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (file.path.ends_with(".hpp") && !file.text.starts_with("#pragma once\n"))
      violations.push_back({file.path + ":1", "a header begins with #pragma once"});
    if (!needs_namespace(file.path)) continue;
    const std::string name = namespace_of(folder_of(file.path));
    if (!opens_namespace(file.text, name))
      violations.push_back({file.path, "its folder's namespace is " + name});
  }
  return violations;
}

}  // namespace weir::tests::tidy
