#include "protocol/websocket/extension_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

/// `a; b=1, c` in one spelling: without blanks, values always quoted.
std::string to_words(const std::vector<Extension>& extensions) {
  std::string words;
  for (const auto& extension : extensions) {
    if (!words.empty()) words += ",";
    words += extension.name;
    for (const auto& parameter : extension.parameters) {
      words.append(";").append(parameter.name);
      if (parameter.value) words += "=\"" + *parameter.value + "\"";
    }
  }
  return words;
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

}  // namespace

TEST_CASE("extension headers are read (RFC 6455, 9.1)") {
  struct Row {
    std::string_view header;
    std::string_view expected;
  };
  const Row rows[] = {
      {"", ""},
      {"  ", ""},
      {"foo", "foo"},
      {"foo, bar; baz=2", "foo,bar;baz=\"2\""},
      {"deflate-stream", "deflate-stream"},
      {"mux; max-channels=4; flow-control, deflate-stream",
       "mux;max-channels=\"4\";flow-control,deflate-stream"},
      {"private-extension", "private-extension"},
      {"permessage-deflate; client_max_window_bits; server_max_window_bits=10",
       "permessage-deflate;client_max_window_bits;server_max_window_bits=\"10\""},
      {"a;b=\"10\"", "a;b=\"10\""},
      {"a;b=\"1\\0\"", "a;b=\"10\""},
      {"a\t;\tb\t=\t\"x\"\t,\tc", "a;b=\"x\",c"},
      {", a,, b ,", "a,b"},
      {"a;b;b=1;b", "a;b;b=\"1\";b"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.header);
    const auto extensions = parse_extensions(row.header);
    REQUIRE(extensions);
    CHECK(to_words(*extensions) == row.expected);
  }
}

TEST_CASE("headers that are not of the grammar are refused") {
  for (const std::string_view header : {"a b",         ";",          "a;",
                                        "a; ;b",       "a;;b",       "a,;b",
                                        "=1",          "a=1",        "a;b=",
                                        "a;b==1",      "a;=1",       "a;b=1 2",
                                        "a;b=\"",      "a;b=\"1",    "a;b=\"1\\",
                                        "a;b=\"1\\\"", "a;b=\"\"",   "a;b=\"1 2\"",
                                        "a;b=\"1,2\"", "a;b=\"1\"2", "a;b=\"1\" \"2\"",
                                        "a;\"b\"",     "\"a\"",      "a/b",
                                        "a\x80",       "a;b=\x01"}) {
    CAPTURE(header);
    CHECK_FALSE(parse_extensions(header));
  }
  CHECK_FALSE(parse_extensions(std::string_view("a\0", 2)));
}

TEST_CASE("as many extensions and parameters as may be, and one more") {
  CHECK(parse_extensions(repeat("a,", extensions_max)));
  CHECK_FALSE(parse_extensions(repeat("a,", extensions_max + 1)));
  CHECK(parse_extensions("a" + repeat(";b", extension_parameters_max)));
  CHECK_FALSE(parse_extensions("a" + repeat(";b", extension_parameters_max + 1)));
}

}  // namespace weir::protocol::websocket
