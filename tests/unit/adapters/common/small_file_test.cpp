#include "adapters/common/small_file.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace weir::adapters::common {

TEST_CASE("a file is read as it is, up to a size") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "secret";
  const std::string largest(std::size_t{1024} * 1024, 'x');
  std::ofstream(file) << largest;
  const auto read = read_small_file(file);
  REQUIRE(read);
  CHECK(*read == largest);
  std::ofstream(file) << largest << "y";
  const auto past = read_small_file(file);
  REQUIRE_FALSE(past);
  CHECK(past.error() == "has more than 1 MiB");
}

TEST_CASE("why a file cannot be read is told") {
  const tests::TemporaryFolder folder;
  const auto none = read_small_file(folder.path() / "none");
  REQUIRE_FALSE(none);
  CHECK(none.error() == "No such file or directory");
  const auto directory = read_small_file(folder.path());
  REQUIRE_FALSE(directory);
  CHECK(directory.error() == "Is a directory");
}

TEST_CASE("one line break at the end of a secret is the editor's") {
  CHECK(without_line_break("secret") == "secret");
  CHECK(without_line_break("secret\n") == "secret");
  CHECK(without_line_break("secret\r\n") == "secret");
  CHECK(without_line_break("secret\n\n") == "secret\n");
  CHECK(without_line_break("").empty());
}

}  // namespace weir::adapters::common
