#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::tidy {

/// One text file of the repository.
struct SourceFile {
  std::string path;  ///< from the repository's root, with '/'
  std::string text;
};

/// The files that the checks look at, in the order of their paths. A value, so that a test can
/// plant a violation.
struct SourceTree {
  std::vector<SourceFile> files;
  std::vector<std::string> top_level;  ///< every name in the repository's root

  [[nodiscard]] const SourceFile* find(std::string_view path) const;
  /// Whether a file or a folder has this path.
  [[nodiscard]] bool exists(std::string_view path) const;
};

/// Reads the repository at `root`. What builds and package managers leave there is passed over.
SourceTree read_source_tree(const std::string& root);

/// What a check found, ready to print: where, what, and what to do instead.
struct Violation {
  std::string where;  ///< path or path:line
  std::string what;
};
using Violations = std::vector<Violation>;

[[nodiscard]] bool is_cpp_source(std::string_view path);  ///< .cpp, .hpp, .h or .c
[[nodiscard]] bool is_header(std::string_view path);
/// Whether `path` lies in the folder `place`, is that file, or has it as the beginning of its file
/// name.
[[nodiscard]] bool is_in(std::string_view path, std::string_view place);
[[nodiscard]] std::string_view folder_of(std::string_view path);

}  // namespace weir::tests::tidy
