#include "protocol/core/repeated_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol {

TEST_CASE("a name that occurs twice is found among few and among many, wherever it stands") {
  for (const std::size_t count : {2U, 3U, 8U, 9U, 50U}) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back("name" + std::to_string(i));
    for (std::size_t second = 1; second < count; ++second) {
      CAPTURE(second);
      std::vector<std::string_view> names(texts.begin(), texts.end());
      CHECK(find_repeated(names) == nullptr);
      names.assign(texts.begin(), texts.end());
      names[second] = texts[second / 2];
      const auto* repeated = find_repeated(names);
      REQUIRE(repeated != nullptr);
      CHECK(*repeated == texts[second / 2]);
    }
  }
  CHECK(find_repeated({}) == nullptr);
}

}  // namespace weir::protocol
