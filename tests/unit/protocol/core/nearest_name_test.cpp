#include "protocol/core/nearest_name.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace weir::protocol {

TEST_CASE("the nearest known name is found, or none where none is near") {
  constexpr std::array<std::string_view, 5> known{
      "address", "port", "origins", "header_bytes", "wire_bytes"};
  struct Row {
    std::string_view name;
    std::string written;
    std::string_view nearest;
  };
  const std::vector<Row> rows{
      {"a letter left out", "adress", "address"},
      {"a letter too many", "portt", "port"},
      {"a letter replaced", "pord", "port"},
      {"neighbours swapped", "prot", "port"},
      {"the nearer of two", "wier_bytes", "wire_bytes"},
      {"a third of it", "orignsx", "origins"},
      {"too far", "colour", ""},
      {"short and far", "xy", ""},
      {"empty", "", ""},
      {"endless", std::string(1'000'000, 'a'), ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(nearest_name(row.written, known) == row.nearest);
  }
}

}  // namespace weir::protocol
