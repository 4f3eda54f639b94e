#include "gateway/config/text_checks.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::config {

TEST_CASE("an origin is a scheme, a host and perhaps a port") {
  struct Row {
    std::string_view origin;
    bool is_valid;
  };
  const std::vector<Row> rows{
      {"*", true},
      {"https://app.example.com", true},
      {"http://localhost:3000", true},
      {"http://[::1]:3000", true},
      {"capacitor://localhost", true},
      {"app.example.com", false},
      {"://app.example.com", false},
      {"https://", false},
      {"https://app.example.com/", false},
      {"https://app.example.com/path", false},
      {"https://app.example.com?x", false},
      {"https://user@app.example.com", false},
      {"https://*.example.com", false},
      {"HTTPS://app.example.com", false},
      {"https://App.example.com", false},
      {"https://a.example https://b.example", false},
      {"", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.origin);
    CHECK(check_origin(row.origin).empty() == row.is_valid);
  }
}

TEST_CASE("trusted proxies are addresses or prefixes") {
  CHECK(check_address_prefix("10.0.0.0/8").empty());
  CHECK(check_address_prefix("::1").empty());
  CHECK(check_address_prefix("localhost") == "is no IP address");
  CHECK(check_address_prefix("x/8") == "is no IP address");
  CHECK(check_address_prefix("10.0.0.1/8") == "has no such length, or bits behind it");
  CHECK(check_address_prefix("10.0.0.0/33") == "has no such length, or bits behind it");
}

TEST_CASE("an identity is everybody, nobody in particular, or who claims something") {
  CHECK(check_identity("*").empty());
  CHECK(check_identity("anonymous").empty());
  CHECK(check_identity("Anonymous") == "is unknown");
  CHECK(check_identity("") == "is unknown");
  CHECK(check_identity("sub:alice") == "is unknown");
  CHECK(check_identity("sub=alice").empty());
  CHECK(check_identity("url=https://a/?b=c").empty());
  CHECK(check_identity("=alice") == "names no claim");
  CHECK(check_identity("sub=") == "has no value for the claim");
}

TEST_CASE("a cookie has a name that browsers take") {
  CHECK(check_cookie_name("").empty());
  CHECK(check_cookie_name("__Host-weir_token").empty());
  for (const auto* wrong : {"a b", "a=b", "a;b", "a,b", "\"a\"", "\xC3\xA4"}) {
    CAPTURE(wrong);
    CHECK(check_cookie_name(wrong) == "has a character that no cookie's name has");
  }
}

TEST_CASE("a plain text has no control characters") {
  CHECK(check_plain_text("").empty());
  CHECK(check_plain_text("https://id.example.com/\xC3\xA4 b").empty());
  CHECK(check_plain_text("a\n") == "has a control character");
  CHECK(check_plain_text("a\x7F") == "has a control character");
}

TEST_CASE("filters of clients and adapters leave the gateway's topics alone") {
  CHECK(check_filter_text("$weir/#").empty());
  CHECK(check_foreign_filter("quotes/#").empty());
  CHECK(check_foreign_filter("price/in$").empty());
  CHECK_FALSE(check_foreign_filter("$weir/adapters/feed").empty());
  CHECK_FALSE(check_foreign_filter("quotes/$meta").empty());
  CHECK_FALSE(check_foreign_filter("a//b").empty());
  CHECK_FALSE(check_filter_text("").empty());
}

TEST_CASE("an adapter's name is short and plain") {
  CHECK(check_adapter_name("feed-1_a").empty());
  CHECK(check_adapter_name(std::string(64, 'a')).empty());
  CHECK_FALSE(check_adapter_name(std::string(65, 'a')).empty());
  CHECK_FALSE(check_adapter_name("").empty());
  CHECK_FALSE(check_adapter_name("a/b").empty());
  CHECK_FALSE(check_adapter_name("a\nb").empty());
  CHECK_FALSE(check_adapter_name("A").empty());
}

TEST_CASE("an address is an IP address, and what must be there is not empty") {
  CHECK(check_ip_address("::1").empty());
  CHECK(check_ip_address("example.com") == "is no IP address");
  CHECK(check_not_empty("a").empty());
  CHECK(check_not_empty("") == "is empty");
}

}  // namespace weir::gateway::config
