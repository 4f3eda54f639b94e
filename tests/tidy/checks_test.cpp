// The checks, each shown that it can fail: a tree with one planted violation, and its clean twin.
#include "tests/tidy/document_checks.hpp"
#include "tests/tidy/include_checks.hpp"
#include "tests/tidy/source_tree.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree_checks.hpp"
#include "tests/tidy/word_checks.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::tests::tidy {

namespace {

SourceTree tree_of(std::vector<SourceFile> files) {
  SourceTree tree;
  tree.files = std::move(files);
  return tree;
}

/// A tree of one file.
struct Row {
  std::string name;
  std::string path;
  std::string text;
  std::size_t violations = 0;
};

template <class Check>
void check_rows(const std::vector<Row>& rows, const Check& check) {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(check(tree_of({{row.path, row.text}})).size() == row.violations);
  }
}

const Layers& layers() {
  static const Layers graph(
      "protocol/core:   # the bottom\n"
      "gateway/flow: protocol/core\n"
      "gateway/app: *\n"
      "adapters/abi: protocol/core\n"
      "adapters/*: adapters/abi\n");
  return graph;
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "x\n";
  return text;
}

}  // namespace

TEST_CASE("an include outside the graph is found") {
  check_rows(
      {
          {"own layer", "gateway/flow/a.cpp", "#include \"gateway/flow/a.hpp\"\n", 0},
          {"allowed layer", "gateway/flow/a.cpp", "#include \"protocol/core/b.hpp\"\n", 0},
          {"forbidden layer", "protocol/core/a.hpp", "#include \"gateway/flow/b.hpp\"\n", 1},
          {"everything", "gateway/app/a.cpp", "#include \"gateway/flow/b.hpp\"\n", 0},
          {"an adapter by pattern", "adapters/tcp/a.cpp", "#include \"adapters/abi/b.hpp\"\n", 0},
          {"an adapter in a gateway", "adapters/tcp/a.cpp", "#include \"gateway/flow/b.hpp\"\n", 1},
          {"another adapter", "adapters/tcp/a.cpp", "#include \"adapters/host/b.hpp\"\n", 1},
          {"indented", "protocol/core/a.hpp", "  #include \"gateway/flow/b.hpp\"\n", 1},
          {"in a comment", "protocol/core/a.hpp", "// #include \"gateway/flow/b.hpp\"\n", 0},
          {"not from the root", "gateway/flow/a.cpp", "#include \"a.hpp\"\n", 1},
          {"another library", "gateway/flow/a.cpp", "#include <vector>\n", 0},
          {"unknown folder", "gateway/misc/a.cpp", "", 1},
          {"tests are free", "tests/unit/a_test.cpp", "#include \"gateway/flow/b.hpp\"\n", 0},
      },
      [](const SourceTree& tree) { return check_layers(tree, layers()); });
}

TEST_CASE("a declared dependency outside the graph is found") {
  check_rows(
      {
          {"allowed",
           "gateway/flow/CMakeLists.txt",
           "weir_layer(gateway/flow DEPS protocol/core HEADERS a.hpp)",
           0},
          {"forbidden",
           "protocol/core/CMakeLists.txt",
           "weir_layer(protocol/core\n  DEPS gateway/flow\n)",
           1},
          {"unknown", "gateway/misc/CMakeLists.txt", "weir_layer(gateway/misc HEADERS a.hpp)", 1},
      },
      [](const SourceTree& tree) { return check_declared_layers(tree, layers()); });
}

TEST_CASE("a library in the wrong place is found") {
  const auto libraries = parse_libraries(
      "boost/beast/ | gateway/net | source once\n"
      "nlohmann/json_fwd.hpp | protocol |\n"
      "nlohmann/ | protocol | source\n");
  const auto check = [&](const SourceTree& tree) { return check_libraries(tree, libraries); };
  check_rows(
      {
          {"right folder", "gateway/net/http.cpp", "#include <boost/beast/http.hpp>\n", 0},
          {"wrong folder", "gateway/flow/a.cpp", "#include <boost/beast/http.hpp>\n", 1},
          {"source only", "protocol/native/a.hpp", "#include <nlohmann/json.hpp>\n", 1},
          {"first row counts", "protocol/native/a.hpp", "#include <nlohmann/json_fwd.hpp>\n", 0},
          {"tests are free", "tests/bench/a.cpp", "#include <boost/beast/http.hpp>\n", 0},
      },
      check);
  const SourceFile one{"gateway/net/a.cpp",
                       "#include <boost/beast/core.hpp>\n#include <boost/beast/http.hpp>\n"};
  const SourceFile two{"gateway/net/b.cpp", "#include <boost/beast/http.hpp>\n"};
  CHECK(check(tree_of({one})).empty());
  CHECK(check(tree_of({one, two})).size() == 1);
}

TEST_CASE("a banned word is found") {
  const auto words = parse_banned(
      "[code]\n"
      "std::mutex | protocol gateway | gateway/app | shard_link\n"
      "catch (...) | gateway | gateway/app/main | a named type\n"
      "[comments too]\n"
      "FIXME | gateway | | TODO(#n)\n");
  check_rows(
      {
          {"used", "gateway/flow/a.cpp", "std::mutex m;\n", 1},
          {"used on two lines", "gateway/flow/a.cpp", "std::mutex m;\nstd::mutex n;\n", 2},
          {"in an excepted folder", "gateway/app/a.cpp", "std::mutex m;\n", 0},
          {"in a folder of like name", "gateway/apple/a.cpp", "std::mutex m;\n", 1},
          {"in an excepted file", "gateway/app/main.cpp", "catch (...) {\n", 0},
          {"beside the excepted file", "gateway/app/mainly.cpp", "catch (...) {\n", 1},
          {"elsewhere", "adapters/tcp/a.cpp", "std::mutex m;\n", 0},
          {"part of a longer word", "gateway/flow/a.cpp", "my_std::mutex_like m;\n", 0},
          {"in a comment", "gateway/flow/a.cpp", "// no std::mutex here\n", 0},
          {"behind a comment", "gateway/flow/a.cpp", "/* x */ std::mutex m;\n", 1},
          {"in a comment where comments count", "gateway/flow/a.cpp", "// FIXME\n", 1},
      },
      [&](const SourceTree& tree) { return check_banned(tree, words); });
}

TEST_CASE("a TODO without a number is found") {
  check_rows(
      {
          {"with a number", "gateway/flow/a.cpp", "// TODO(#12): later\n", 0},
          {"without", "gateway/flow/a.cpp", "// TODO: later\n", 1},
          {"with a name", "gateway/flow/a.cpp", "// TODO(me): later\n", 1},
          {"with an empty number", "gateway/flow/a.cpp", "// TODO(#): later\n", 1},
      },
      check_todos);
}

TEST_CASE("a file that is too long is found") {
  check_rows(
      {
          {"at the limit", "gateway/flow/a.cpp", lines(file_lines_max), 0},
          {"one past it", "gateway/flow/a.cpp", lines(file_lines_max + 1), 1},
          {"a document", "gateway/docs/A.md", lines(file_lines_max + 1), 0},
      },
      check_file_lengths);
}

TEST_CASE("a unit without its test is found") {
  const SourceFile unit{"gateway/flow/a.cpp", ""};
  const std::string include = "#include \"gateway/flow/a.hpp\"\n";
  CHECK(check_unit_tests(tree_of({unit})).size() == 1);
  CHECK(check_unit_tests(tree_of({unit, {"tests/unit/gateway/flow/a_test.cpp", include}})).empty());
  CHECK(check_unit_tests(tree_of({unit, {"tests/unit/gateway/flow/a_test.cpp", ""}})).size() == 1);
  CHECK(check_unit_tests(tree_of({unit, {"tests/unit/gateway/net/a_test.cpp", include}})).size() ==
        1);
  CHECK(check_unit_tests(tree_of({{"gateway/net/a.cpp", ""}})).empty());
}

TEST_CASE("a stranger in the root is found") {
  SourceTree tree;
  tree.top_level = {"gateway", "README.md"};
  CHECK(check_top_level(tree).empty());
  tree.top_level.emplace_back("docs");
  CHECK(check_top_level(tree).size() == 1);
}

TEST_CASE("a source that nobody builds is found") {
  const SourceFile source{"gateway/flow/a.cpp", ""};
  CHECK(check_listed_sources(tree_of({source})).size() == 1);
  CHECK(check_listed_sources(tree_of({source, {"gateway/flow/CMakeLists.txt", "SOURCES a.cpp"}}))
            .empty());
  CHECK(check_listed_sources(tree_of({source, {"gateway/net/CMakeLists.txt", "SOURCES a.cpp"}}))
            .size() == 1);
}

TEST_CASE("a namespace that does not follow its folder is found") {
  const std::string begin = "#pragma once\n";
  check_rows(
      {
          {"same", "gateway/flow/a.hpp", begin + "namespace weir::gateway::flow {\n", 0},
          {"nested", "gateway/flow/a.hpp", begin + "namespace weir::gateway::flow::detail {\n", 0},
          {"core lends its names",
           "protocol/core/a.hpp",
           begin + "namespace weir::protocol {\n",
           0},
          {"another", "gateway/flow/a.hpp", begin + "namespace weir::gateway {\n", 1},
          {"longer name", "gateway/flow/a.hpp", begin + "namespace weir::gateway::flows {\n", 1},
          {"no pragma once", "gateway/flow/a.hpp", "namespace weir::gateway::flow {\n", 1},
      },
      check_namespaces);
}

TEST_CASE("a broken link is found") {
  const SourceFile other{"gateway/docs/B.md", ""};
  const auto count = [&](const std::string& link) {
    return check_links(tree_of({{"gateway/docs/A.md", "see [it](" + link + ")."}, other})).size();
  };
  CHECK(count("B.md") == 0);
  CHECK(count("B.md#part") == 0);
  CHECK(count("../docs") == 0);
  CHECK(count("https://example.org/x") == 0);
  CHECK(count("#here") == 0);
  CHECK(count("C.md") == 1);
  CHECK(count("../B.md") == 1);
}

TEST_CASE("a different version is found") {
  const SourceFile cmake{"CMakeLists.txt", "project(weir VERSION 0.1.0 LANGUAGES CXX)"};
  const auto count = [&](const std::string& path, const std::string& text) {
    return check_versions(tree_of({cmake, {path, text}})).size();
  };
  CHECK(count("clients/typescript/package.json", R"({"version": "0.1.0"})") == 0);
  CHECK(count("clients/typescript/package.json", R"({"version": "0.2.0"})") == 1);
  CHECK(count("protocol/native/SPEC.md", R"("server":"weir/0.1.0")") == 0);
  CHECK(count("protocol/native/SPEC.md", R"("server":"weir/0.2.0")") == 1);
  CHECK(count("deploy/CHANGELOG.md", "# Changes\n\n## 0.2.0\n") == 1);
  CHECK(check_versions(tree_of({})).size() == 1);
}

TEST_CASE("a limit that nobody explains is found") {
  const SourceFile header{"protocol/core/limits.hpp",
                          "struct Limits {\n  std::size_t cells = 10'000;  ///< per session\n};\n"};
  const auto count = [&](const std::string& text) {
    return check_documented_limits(tree_of({header, {"deploy/docs/CONFIGURATION.md", text}}))
        .size();
  };
  CHECK(count("`cells` per session") == 0);
  CHECK(count("cells") == 1);
}

TEST_CASE("an include table that says something else is found") {
  const SourceFile layers{"tests/tidy/layers.txt",
                          "# folder: folders\nprotocol/core:\nprotocol/native:    protocol/core\n"};
  const std::string core = "\n| `protocol/core` | nothing of ours |\n";
  const std::string native = "| `protocol/native` | `protocol/core` |\n";
  const auto count = [&](const std::string& text) {
    return check_documented_layers(tree_of({layers, {"gateway/docs/ARCHITECTURE.md", text}}))
        .size();
  };
  CHECK(count(core + native) == 0);
  CHECK(count(core) == 1);
  CHECK(count(core + "| `protocol/native` | `protocol/core` `gateway/core` |\n") == 1);
  CHECK(count(core + native + "| `gateway/core` | `protocol/core` |\n") == 1);
}

TEST_CASE("comments are blanked out and strings are kept") {
  struct CommentRow {
    std::string name, code, expected;
  };
  const std::vector<CommentRow> rows = {
      {"line comment", "a // b\nc", "a     \nc"},
      {"block comment", "a /* b\nc */ d", "a     \n     d"},
      {"slashes in a string", "\"// a\" b", "\"// a\" b"},
      {"escaped quote", R"("\"" // a)", R"("\""     )"},
      {"raw string", "R\"(\" // )\" // a", "R\"(\" // )\"     "},
      {"character", "'\"' // a", "'\"'     "},
      {"digit separator", "1'000 // a", "1'000     "},
  };
  for (const CommentRow& row : rows) {
    CAPTURE(row.name);
    CHECK(without_comments(row.code) == row.expected);
  }
}

TEST_CASE("data files with mistakes are refused") {
  CHECK_THROWS(Layers("protocol/core"));
  CHECK_THROWS(Layers(""));
  CHECK_THROWS(parse_banned("[code]\nword | where\n"));
  CHECK_THROWS(parse_libraries("prefix | place\n"));
}

}  // namespace weir::tests::tidy
