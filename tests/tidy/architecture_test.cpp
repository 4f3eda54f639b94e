// What ARCHITECTURE.md says about the tree, against the tree.
#include "tests/tidy/document_checks.hpp"
#include "tests/tidy/source_tree.hpp"

#include <doctest/doctest.h>

namespace weir::tests::tidy {

TEST_CASE("the include table of ARCHITECTURE.md is the one that is enforced") {
  const auto tree = read_source_tree(WEIR_SOURCE_DIR);
  REQUIRE(tree.find("gateway/docs/ARCHITECTURE.md") != nullptr);
  for (const auto& violation : check_documented_layers(tree)) {
    FAIL_CHECK(violation.where << ": " << violation.what);
  }
}

}  // namespace weir::tests::tidy
