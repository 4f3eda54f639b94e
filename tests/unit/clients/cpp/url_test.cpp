#include "clients/cpp/url.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

struct Good {
  std::string_view text;
  Url url;
  std::string_view authority;
};

struct Bad {
  std::string_view text;
  std::string_view says;
};

}  // namespace

TEST_CASE("a URL says host, port and target") {
  const Good rows[] = {
      {"ws://127.0.0.1:8080/ws", {"127.0.0.1", 8080, "/ws"}, "127.0.0.1:8080"},
      {"ws://example.com", {"example.com", 80, "/ws"}, "example.com"},
      {"ws://example.com:80", {"example.com", 80, "/ws"}, "example.com"},
      {"ws://example.com/", {"example.com", 80, "/"}, "example.com"},
      {"ws://example.com?a=b/c", {"example.com", 80, "/ws?a=b/c"}, "example.com"},
      {"ws://example.com/a/b?c:d", {"example.com", 80, "/a/b?c:d"}, "example.com"},
      {"ws://[::1]:9000/ws", {"::1", 9000, "/ws"}, "[::1]:9000"},
      {"ws://[::1]", {"::1", 80, "/ws"}, "[::1]"},
      {"ws://host:65535", {"host", 65535, "/ws"}, "host:65535"},
      {"wss://example.com", {"example.com", 443, "/ws", true}, "example.com"},
      {"wss://example.com:443/", {"example.com", 443, "/", true}, "example.com"},
      {"wss://example.com:80", {"example.com", 80, "/ws", true}, "example.com:80"},
      {"ws://example.com:443", {"example.com", 443, "/ws"}, "example.com:443"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(url.has_value());
    CHECK(*url == row.url);
    CHECK(url->authority() == row.authority);
  }
}

TEST_CASE("what is wrong with a URL is said in a sentence that repeats it") {
  const Bad rows[] = {
      {"", "begin with ws://"},
      {"127.0.0.1:8080", "begin with ws://"},
      {"http://127.0.0.1:8080/", "begin with ws://"},
      {"wss:/example.com/ws", "begin with ws://"},
      {"ws://", "host is missing"},
      {"ws://:8080/ws", "host is missing"},
      {"ws:///ws", "host is missing"},
      {"ws://host:/ws", "1 to 65535"},
      {"ws://host:0", "1 to 65535"},
      {"ws://host:65536", "1 to 65535"},
      {"ws://host:80x", "1 to 65535"},
      {"ws://host:-1", "1 to 65535"},
      {"ws://::1:80", "host is missing"},
      {"ws://[::1", "host is missing"},
      {"ws://[::1]8080", "host is missing"},
      {"ws://host/a b", "spaces"},
      {"ws://host/a\r\nX: y", "control characters"},
      {"ws://host/ws#quotes", "'#'"},
      {"ws://me:secret@host/ws", "password"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(!url.has_value());
    CHECK(url.error().find(row.says) != std::string::npos);
    CHECK(url.error().find('"' + std::string(row.text) + '"') == 0);
  }
}

}  // namespace weir::clients::cpp
