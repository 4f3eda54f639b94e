#include "clients/cli/line_buffer.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::clients::cli {

TEST_CASE("lines come out however the bytes are split") {
  const std::string text = "one\r\n\ntwo\nthree";
  for (std::size_t split = 0; split <= text.size(); ++split) {
    CAPTURE(split);
    LineBuffer buffer;
    std::vector<std::string> lines;
    for (const auto& part : {text.substr(0, split), text.substr(split)}) {
      buffer.append(part);
      while (auto line = buffer.next()) lines.push_back(*line);
    }
    CHECK(lines == std::vector<std::string>{"one", "", "two"});
    CHECK(buffer.line_number() == 3);
    CHECK(buffer.rest() == "three");
    CHECK(buffer.line_number() == 4);
    CHECK(!buffer.rest().has_value());
    CHECK(!buffer.next().has_value());
  }
}

TEST_CASE("nothing behind the last line end is no line") {
  LineBuffer buffer;
  buffer.append("one\n");
  CHECK(buffer.next() == "one");
  CHECK(!buffer.rest().has_value());
  CHECK(buffer.line_number() == 1);
}

}  // namespace weir::clients::cli
