#include "gateway/http/origin.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::http {
namespace {

struct Row {
  std::string_view origin;
  std::string_view host;
  bool is_allowed;
};

}  // namespace

TEST_CASE("without a list only pages of the same host and port are let in") {
  const Row rows[] = {
      {"http://example.com", "example.com", true},
      {"https://example.com", "example.com", true},
      {"https://EXAMPLE.com", "example.COM", true},
      {"HTTP://example.com", "example.com", true},
      {"http://127.0.0.1:8080", "127.0.0.1:8080", true},
      {"http://[::1]:8080", "[::1]:8080", true},
      {"http://example.com:8080", "example.com", false},
      {"http://example.com", "example.com:8080", false},
      {"http://example.com:80", "example.com", false},
      {"http://evil.com", "example.com", false},
      {"http://example.com.evil.com", "example.com", false},
      {"http://evil-example.com", "example.com", false},
      {"http://sub.example.com", "example.com", false},
      {"http://example.com.", "example.com", false},
      {"http://example.com/", "example.com", false},
      {"http://user@example.com", "example.com", false},
      {"http://example.com@evil.com", "example.com", false},
      {"http://example.com http://evil.com", "example.com", false},
      {"http://example.com, http://evil.com", "example.com", false},
      {"ftp://example.com", "example.com", false},
      {"file://", "", false},
      {"example.com", "example.com", false},
      {"http://", "", false},
      {"null", "null", false},
      {"null", "example.com", false},
      {"", "example.com", false},
      {"", "", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.origin);
    CAPTURE(row.host);
    CHECK(is_origin_allowed(row.origin, row.host, {}) == row.is_allowed);
  }
}

TEST_CASE("a list is exact, and its own host is not on it by itself") {
  const std::vector<std::string> allowed{"https://app.example.com", "http://localhost:3000"};
  const Row rows[] = {
      {"https://app.example.com", "gateway.example.com", true},
      {"https://APP.example.com", "gateway.example.com", true},
      {"http://localhost:3000", "gateway.example.com", true},
      {"http://app.example.com", "gateway.example.com", false},
      {"https://app.example.com:443", "gateway.example.com", false},
      {"https://app.example.com.evil.com", "gateway.example.com", false},
      {"https://gateway.example.com", "gateway.example.com", false},
      {"http://localhost", "localhost", false},
      {"null", "gateway.example.com", false},
      {"", "gateway.example.com", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.origin);
    CHECK(is_origin_allowed(row.origin, row.host, allowed) == row.is_allowed);
  }
}

TEST_CASE("a star lets in everybody") {
  const std::vector<std::string> allowed{"*"};
  CHECK(is_origin_allowed("https://anything.example", "gateway", allowed));
  CHECK(is_origin_allowed("null", "gateway", allowed));
}

}  // namespace weir::gateway::http
