#include "adapters/common/json_text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {
namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

TEST_CASE("a text becomes a JSON string") {
  CHECK(json_of("") == R"("")");
  CHECK(json_of("sda1") == R"("sda1")");
  CHECK(json_of("a\"b\\c") == R"("a\"b\\c")");
  CHECK(json_of("a\nb\tc") == R"("a\nb\u0009c")");
  CHECK(json_of(std::string_view("\0\x1f", 2)) == R"("\u0000\u001f")");
  CHECK(json_of("caf\xc3\xa9") == "\"caf\xc3\xa9\"");
}

TEST_CASE("what is no text does not spoil the line") {
  CHECK(json_of("a\xff\xc3") == R"("a??")");
}

}  // namespace weir::adapters::common
