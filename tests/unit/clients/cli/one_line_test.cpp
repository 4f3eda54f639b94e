#include "clients/cli/one_line.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {

TEST_CASE("JSON of several lines becomes one and stays the same JSON") {
  CHECK(on_one_line(std::string("{\r\n\"a\": 1.10\n}")) == "{  \"a\": 1.10 }");
  CHECK(on_one_line(protocol::Payload{protocol::PayloadFormat::json, "[1,\n2]"}) == "[1, 2]");
}

TEST_CASE("bytes are base64") {
  CHECK(on_one_line(protocol::Payload{protocol::PayloadFormat::bytes, std::string("\0\xff", 2)}) ==
        R"({"b64":"AP8="})");
}

}  // namespace weir::clients::cli
