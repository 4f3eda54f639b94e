#include "gateway/config/size_text.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::config {

TEST_CASE("a size is bytes or a count of binary units") {
  struct Row {
    std::string_view text;
    std::optional<std::int64_t> bytes;
  };
  const std::vector<Row> rows{
      {"0", 0},
      {"512", 512},
      {"64KiB", 65536},
      {"1MiB", 1048576},
      {"2GiB", 2147483648},
      {"8589934591GiB", 9223372035781033984},
      {"8589934592GiB", std::nullopt},
      {"9223372036854775807", 9223372036854775807},
      {"9223372036854775808", std::nullopt},
      {"", std::nullopt},
      {"KiB", std::nullopt},
      {"-1KiB", std::nullopt},
      {"1.5MiB", std::nullopt},
      {"1 KiB", std::nullopt},
      {"1kib", std::nullopt},
      {"1MB", std::nullopt},
      {"1KiBKiB", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_size(row.text) == row.bytes);
  }
}

TEST_CASE("bytes are written with the largest unit that divides them") {
  CHECK(size_text(0) == "0");
  CHECK(size_text(1000) == "1000");
  CHECK(size_text(1024) == "1KiB");
  CHECK(size_text(132 * 1024) == "132KiB");
  CHECK(size_text(1048576) == "1MiB");
  CHECK(size_text(1073741824) == "1GiB");
}

}  // namespace weir::gateway::config
