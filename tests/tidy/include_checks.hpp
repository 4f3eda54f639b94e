#pragma once

#include "tests/tidy/source_tree.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::tidy {

/// The include graph of layers.txt.
class Layers {
public:
  explicit Layers(std::string_view text);

  /// The layer that a file or folder of ours belongs to, or nothing where it belongs to none.
  [[nodiscard]] std::optional<std::string> layer_of(std::string_view path) const;
  [[nodiscard]] bool may_include(const std::string& layer, const std::string& other) const;

private:
  std::map<std::string, std::set<std::string>> allowed_;
};

/// One row of libraries.txt.
struct Library {
  std::string prefix;
  std::vector<std::string> places;
  bool is_source_only = false;
  bool is_once = false;
};
[[nodiscard]] std::vector<Library> parse_libraries(std::string_view text);

/// Every include of ours is allowed by the graph; every file lies in a folder that the graph knows.
[[nodiscard]] Violations check_layers(const SourceTree& tree, const Layers& layers);
/// Every dependency that a CMakeLists.txt declares is allowed by the graph.
[[nodiscard]] Violations check_declared_layers(const SourceTree& tree, const Layers& layers);
/// Every header of another library is included where libraries.txt allows it.
[[nodiscard]] Violations check_libraries(const SourceTree& tree,
                                         const std::vector<Library>& libraries);

}  // namespace weir::tests::tidy
