#include "adapters/abi/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace weir::adapters::abi {

TEST_CASE("views and texts are the same bytes, and an absent text is an empty view") {
  const std::string_view view = "quotes/AAPL";
  CHECK(to_view(to_text(view)) == view);
  CHECK(to_view(weir_text{nullptr, 0}).empty());
}

TEST_CASE("an error's message is cut at the end of a character") {
  weir_error error{};
  const std::string fits(sizeof error.message - 1, 'x');
  fill_error(&error, WEIR_ERROR_RATE, fits);
  CHECK(error.code == WEIR_ERROR_RATE);
  CHECK(std::string(error.message) == fits);

  const std::string cut = std::string(sizeof error.message - 2, 'x') + "\xc3\xa9";
  fill_error(&error, WEIR_ERROR_RATE, cut);
  CHECK(std::string(error.message) == std::string(sizeof error.message - 2, 'x'));

  fill_error(&error, WEIR_ERROR_NONE, {});
  CHECK(std::string(error.message).empty());
  fill_error(nullptr, WEIR_ERROR_RATE, fits);  // nobody asked
}

TEST_CASE("a struct of an older maker is filled up with zeros") {
  weir_receipt receipt{};
  receipt.size = offsetof(weir_receipt, epoch);
  receipt.receipt = 7;
  receipt.offset = 99;  // beyond `size`: not there
  const weir_receipt copy = sized_copy(&receipt);
  CHECK(copy.receipt == 7);
  CHECK(copy.offset == 0);
  CHECK(copy.size == sizeof copy);
}

TEST_CASE("elements of a newer maker lie farther apart") {
  struct Newer {
    weir_receipt known;
    std::uint64_t more;
  };
  std::array<Newer, 3> items{};
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].known.size = sizeof(Newer);
    items[i].known.receipt = i + 1;
    items[i].more = 1000;
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    CHECK(sized_element(&items[0].known, i).receipt == i + 1);
}

}  // namespace weir::adapters::abi
