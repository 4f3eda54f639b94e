#include "tests/tidy/source_tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace weir::tests::tidy {

namespace fs = std::filesystem;

namespace {

constexpr std::array generated_folders{
    "build", ".git", "node_modules", "dist", "__pycache__", ".pytest_cache"};

bool is_generated(const fs::path& path) {
  const std::string name = path.filename().string();
  return std::find(generated_folders.begin(), generated_folders.end(), name) !=
         generated_folders.end();
}

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [path](std::string_view ending) {
    return path.ends_with(ending);
  });
}

}  // namespace

const SourceFile* SourceTree::find(std::string_view path) const {
  const auto at = std::find_if(
      files.begin(), files.end(), [path](const SourceFile& file) { return file.path == path; });
  return at == files.end() ? nullptr : &*at;
}

bool SourceTree::exists(std::string_view path) const {
  const std::string folder = std::string(path) + "/";
  return std::any_of(files.begin(), files.end(), [&](const SourceFile& file) {
    return file.path == path || file.path.starts_with(folder);
  });
}

SourceTree read_source_tree(const std::string& root) {
  SourceTree tree;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (!is_generated(entry.path())) tree.top_level.push_back(entry.path().filename().string());
  }
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
       ++at) {
    if (is_generated(at->path())) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    std::ifstream in(at->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    tree.files.push_back({fs::relative(at->path(), root).generic_string(), std::move(text)});
  }
  if (tree.files.empty()) throw std::runtime_error("no source files under " + root);
  std::sort(tree.files.begin(), tree.files.end(), [](const SourceFile& a, const SourceFile& b) {
    return a.path < b.path;
  });
  return tree;
}

bool is_cpp_source(std::string_view path) {
  return ends_with_any(path, {".cpp", ".hpp", ".h", ".c"});
}

bool is_header(std::string_view path) {
  return ends_with_any(path, {".hpp", ".h"});
}

bool is_in(std::string_view path, std::string_view place) {
  if (!path.starts_with(place)) return false;
  const std::string_view rest = path.substr(place.size());
  // gateway/app holds gateway/app/main.cpp, not gateway/apple/x.cpp; gateway/app/main.cpp is in
  // gateway/app/main.
  return rest.empty() || rest.front() == '/' || rest.front() == '.';
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace weir::tests::tidy
