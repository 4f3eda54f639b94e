#include "protocol/core/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace weir::protocol {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::bad_request, "value is odd");
  return value / 2;
}

Result<std::string> half_in_words(int value) {
  const auto halved = half(value);
  if (!halved) return fail(halved.error());
  return std::to_string(*halved);
}

}  // namespace

TEST_CASE("a result is its value or its error") {
  CHECK(half(8).value() == 4);
  CHECK(half(8).has_value());
  CHECK_FALSE(half(7));
  CHECK(half(7).error() == Error{ErrorCode::bad_request, "value is odd"});
}

TEST_CASE("an error passes through results of other types") {
  CHECK(*half_in_words(8) == "4");
  CHECK(half_in_words(7).error().message() == "value is odd");
}

TEST_CASE("a result hands out what can only be moved") {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const auto owned = *std::move(result);
  CHECK(*owned == 5);
}

TEST_CASE("a result without a value succeeds, or says why not") {
  const Result<void> done;
  CHECK(done.has_value());
  const Result<void> failed = fail(ErrorCode::rate);
  CHECK_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::rate);
}

TEST_CASE("a result may have an error of any type") {
  const Result<std::string, std::string> failed = Unexpected(std::string("same type"));
  CHECK_FALSE(failed);
  CHECK(failed.error() == "same type");
}

}  // namespace weir::protocol
