#include "gateway/core/shared_bytes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace weir::gateway {

TEST_CASE("copies refer to the same bytes until the last one goes") {
  SharedBytes last;
  {
    const SharedBytes first("hello");
    const SharedBytes second = first;
    CHECK(second.view().data() == first.view().data());
    last = second;
  }
  CHECK(last.view() == "hello");
  CHECK(last.size() == 5);
}

TEST_CASE("what is moved from holds nothing") {
  SharedBytes from(std::string(100'000, 'x'));
  const SharedBytes to = std::move(from);
  CHECK(to.size() == 100'000);
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  CHECK_FALSE(static_cast<bool>(from));
}

TEST_CASE("no bytes at all are bytes too") {
  const SharedBytes empty("");
  CHECK(empty.empty());
  CHECK(static_cast<bool>(empty));
  CHECK(SharedBytes().view().empty());
}

TEST_CASE("a write batch knows its size") {
  WriteBatch batch;
  batch.add(SharedBytes("abc"));
  batch.add(SharedBytes("de"));
  CHECK(batch.bytes == 5);
  CHECK(batch.blocks.size() == 2);
  batch.clear();
  CHECK(batch.bytes == 0);
  CHECK(batch.blocks.empty());
}

}  // namespace weir::gateway
