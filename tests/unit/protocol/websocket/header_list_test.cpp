#include "protocol/websocket/header_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::websocket {
namespace {

std::vector<std::string> elements(std::string_view list) {
  std::vector<std::string> all;
  for (auto element = next_element(list); !element.empty(); element = next_element(list)) {
    all.emplace_back(element);
  }
  return all;
}

using Elements = std::vector<std::string>;

}  // namespace

TEST_CASE("a list is taken apart at its commas, without blanks and empty elements") {
  CHECK(elements("").empty());
  CHECK(elements(" , ,\t,").empty());
  CHECK(elements("a") == Elements{"a"});
  CHECK(elements("keep-alive, Upgrade") == Elements{"keep-alive", "Upgrade"});
  CHECK(elements(",a ,\tb,,c d,") == Elements{"a", "b", "c d"});
}

TEST_CASE("an element is found whatever its case, but only whole") {
  CHECK(has_element("keep-alive, Upgrade", "upgrade"));
  CHECK(has_element("UPGRADE", "upgrade"));
  CHECK_FALSE(has_element("upgrades", "upgrade"));
  CHECK_FALSE(has_element("no upgrade", "upgrade"));
  CHECK_FALSE(has_element("", "upgrade"));
}

TEST_CASE("case is that of ASCII letters, and of nothing else") {
  CHECK(equals_ignoring_case("WebSocket", "websocket"));
  CHECK_FALSE(equals_ignoring_case("websocket", "websockets"));
  CHECK_FALSE(equals_ignoring_case("a[", "a{"));
  CHECK_FALSE(equals_ignoring_case("\xC3\x84", "\xC3\xA4"));
}

TEST_CASE("a token has no separators, blanks or control characters (RFC 9110, 5.6.2)") {
  CHECK(is_token("weir.v1.json"));
  CHECK(is_token("!#$%&'*+-.^_`|~09azAZ"));
  CHECK_FALSE(is_token(""));
  for (int c = 0; c < 256; ++c) {
    const std::string text{'a', static_cast<char>(c)};
    const bool is_separator =
        std::string_view("()<>@,;:\\\"/[]?={} \t").find(text[1]) != std::string_view::npos;
    CAPTURE(c);
    CHECK(is_token(text) == (c > 0x20 && c < 0x7F && !is_separator));
  }
}

TEST_CASE("blanks go from both ends") {
  CHECK(trim(" \ta b\t ") == "a b");
  CHECK(trim("\t ").empty());
  CHECK(trim("").empty());
}

}  // namespace weir::protocol::websocket
