#include "adapters/common/read_buffer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

namespace weir::adapters::common {

TEST_CASE("what is read stands whole, however much of it was dropped before") {
  ReadBuffer buffer;
  const auto add = [&](std::string_view text) {
    std::memcpy(buffer.prepare(100).data(), text.data(), text.size());
    buffer.commit(text.size());
  };
  add("hello");
  buffer.drop(3);
  add(" you");
  CHECK(buffer.unread() == "lo you");
  buffer.drop(6);
  CHECK(buffer.unread().empty());
}

TEST_CASE("it grows for a long message up to what that needs, and shrinks when it is gone") {
  constexpr std::size_t limit = 1'000'000;
  ReadBuffer buffer;
  std::size_t read = 0;
  while (read < limit) {
    const auto space = buffer.prepare(limit);
    REQUIRE_FALSE(space.empty());
    REQUIRE(read + space.size() <= limit + ReadBuffer::usual_bytes);
    std::memset(space.data(), 'x', space.size());
    buffer.commit(space.size());
    read += space.size();
    CHECK(buffer.unread().size() == read);
  }
  CHECK(buffer.unread().find_first_not_of('x') == std::string_view::npos);
  buffer.drop(read);
  CHECK(buffer.prepare(limit).size() == ReadBuffer::usual_bytes);
}

}  // namespace weir::adapters::common
