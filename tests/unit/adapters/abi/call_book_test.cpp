#include "adapters/abi/call_book.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace weir::adapters::abi {

TEST_CASE("the oldest call is the one that began first and has not returned") {
  CallBook book;
  CHECK_FALSE(book.oldest());
  std::optional<CallBook::Running> first;
  first.emplace(&book, "wanted");
  const CallBook::Running second(&book, "receipts");
  REQUIRE(book.oldest());
  CHECK(book.oldest()->function == "wanted");
  CHECK(book.oldest()->number == 1);
  first.reset();
  REQUIRE(book.oldest());
  CHECK(book.oldest()->function == "receipts");
  CHECK(book.oldest()->number == 2);
}

TEST_CASE("without a book nothing is written down") {
  const CallBook::Running running(nullptr, "wanted");
}

}  // namespace weir::adapters::abi
