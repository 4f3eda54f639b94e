#include "adapters/tcp/receipt_table.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::tcp {

TEST_CASE("a receipt finds its owner once, and its place is used again") {
  ReceiptTable table;
  const auto first = table.add(1, 9007199254740991U);
  const auto second = table.add(2, 0);
  CHECK(first != second);
  CHECK(table.size() == 2);
  CHECK(table.take(first) == ReceiptOwner{1, 9007199254740991U, 0});
  CHECK(table.take(first) == std::nullopt);
  CHECK(table.add(3, 5) == first);
  CHECK(table.take(second) == ReceiptOwner{2, 0, 0});
  CHECK(table.take(first) == ReceiptOwner{3, 5, 0});
  CHECK(table.take(17) == std::nullopt);
  CHECK(table.size() == 0);
}

TEST_CASE("a line without id needs no place") {
  ReceiptTable table;
  const auto receipt = ReceiptTable::of_line(8'388'607, 1'099'511'627'775U);
  CHECK(table.take(receipt) == ReceiptOwner{8'388'607, std::nullopt, 1'099'511'627'775U});
  CHECK(table.take(ReceiptTable::of_line(1, 2)) == ReceiptOwner{1, std::nullopt, 2});
  CHECK(table.size() == 0);
}

}  // namespace weir::adapters::tcp
