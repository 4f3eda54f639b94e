// The checks, run over this repository.
#include "tests/tidy/document_checks.hpp"
#include "tests/tidy/include_checks.hpp"
#include "tests/tidy/source_tree.hpp"
#include "tests/tidy/tree_checks.hpp"
#include "tests/tidy/word_checks.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests::tidy {

namespace {

SourceTree repository() {
  return read_source_tree(WEIR_SOURCE_DIR);
}

std::string text_of(const SourceTree& tree, const std::string& path) {
  const SourceFile* file = tree.find(path);
  REQUIRE_MESSAGE(file != nullptr, path << " is missing");
  return file->text;
}

void expect_none(const Violations& violations) {
  for (const Violation& violation : violations) {
    FAIL_CHECK(violation.where << ": " << violation.what);
  }
  CHECK(violations.empty());
}

}  // namespace

TEST_CASE("every include is allowed by the graph") {
  const SourceTree tree = repository();
  const Layers layers(text_of(tree, "tests/tidy/layers.txt"));
  expect_none(check_layers(tree, layers));
  expect_none(check_declared_layers(tree, layers));
}

TEST_CASE("other libraries are included only where they belong") {
  const SourceTree tree = repository();
  expect_none(check_libraries(tree, parse_libraries(text_of(tree, "tests/tidy/libraries.txt"))));
}

TEST_CASE("no banned word is used") {
  const SourceTree tree = repository();
  expect_none(check_banned(tree, parse_banned(text_of(tree, "tests/tidy/banned.txt"))));
}

TEST_CASE("every TODO names its issue") {
  expect_none(check_todos(repository()));
}

TEST_CASE("no source file is too long") {
  expect_none(check_file_lengths(repository()));
}

TEST_CASE("every pure unit has a test that mirrors it") {
  expect_none(check_unit_tests(repository()));
}

TEST_CASE("the top level is closed") {
  expect_none(check_top_level(repository()));
}

TEST_CASE("every source file is built") {
  expect_none(check_listed_sources(repository()));
}

TEST_CASE("namespaces follow folders") {
  expect_none(check_namespaces(repository()));
}

TEST_CASE("links in documents lead somewhere") {
  expect_none(check_links(repository()));
}

TEST_CASE("one version everywhere") {
  expect_none(check_versions(repository()));
}

TEST_CASE("every limit is explained") {
  expect_none(check_documented_limits(repository()));
}

}  // namespace weir::tests::tidy
