#include "protocol/websocket/bounded_append.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace weir::protocol::websocket {

TEST_CASE("a string grows to its limit and holds no more than it") {
  const std::size_t small_string_bytes = std::string().capacity();
  for (const std::size_t limit : {100U, 1000U, 1024U, 1025U, 65536U}) {
    for (const std::size_t step : {1U, 7U, 64U}) {
      CAPTURE(limit);
      CAPTURE(step);
      std::string out;
      std::size_t growths = 0;
      while (out.size() < limit) {
        const auto before = out.capacity();
        bounded_append(out, std::string(std::min(step, limit - out.size()), 'x'), limit);
        if (out.capacity() != before) ++growths;
        CHECK(out.capacity() <= std::max(limit, small_string_bytes));
      }
      CHECK(out == std::string(limit, 'x'));
      CHECK(growths <= 14);  // doubling: no copy per append
    }
  }
}

}  // namespace weir::protocol::websocket
