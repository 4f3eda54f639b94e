#include "gateway/config/ip_address.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::config {

TEST_CASE("an IP address is known for what it is") {
  struct Row {
    std::string text;
    bool is_valid;
    bool is_loopback;
    bool is_any;
  };
  const std::vector<Row> rows{
      {"127.0.0.1", true, true, false},
      {"127.255.255.254", true, true, false},
      {"128.0.0.1", true, false, false},
      {"0.0.0.0", true, false, true},
      {"::", true, false, true},
      {"::1", true, true, false},
      {"::2", true, false, false},
      {"1::1", true, false, false},
      {"::ffff:127.0.0.1", true, true, false},
      {"::ffff:10.0.0.1", true, false, false},
      {"fe80::1", true, false, false},
      {"", false, false, false},
      {"localhost", false, false, false},
      {"127.0.0", false, false, false},
      {"127.0.0.1 ", false, false, false},
      {"127.0.0.256", false, false, false},
      {"[::1]", false, false, false},
      {std::string("127.0.0.1\0x", 11), false, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = parse_ip_address(row.text);
    REQUIRE(address.has_value() == row.is_valid);
    if (!address) continue;
    CHECK(address->is_loopback() == row.is_loopback);
    CHECK(address->is_any() == row.is_any);
  }
}

TEST_CASE("a bind address is an IP address with a port") {
  struct Row {
    std::string_view text;
    std::optional<std::uint16_t> port;
  };
  const std::vector<Row> rows{
      {"127.0.0.1:9100", 9100},
      {"[::1]:0", 0},
      {"0.0.0.0:65535", 65535},
      {"0.0.0.0:65536", std::nullopt},
      {"127.0.0.1", std::nullopt},
      {"127.0.0.1:", std::nullopt},
      {"127.0.0.1:x", std::nullopt},
      {"::1:9100", std::nullopt},
      {"[127.0.0.1]:9100", std::nullopt},
      {":9100", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto bind = parse_bind_address(row.text);
    CHECK((bind ? std::optional(bind->port) : std::nullopt) == row.port);
  }
}

TEST_CASE("two sockets overlap where one would take the other's connections") {
  struct Row {
    std::string_view a;
    std::string_view b;
    bool do_overlap;
  };
  const std::vector<Row> rows{
      {"127.0.0.1:80", "127.0.0.1:80", true},
      {"127.0.0.1:80", "127.0.0.1:81", false},
      {"127.0.0.1:80", "127.0.0.2:80", false},
      {"127.0.0.1:80", "0.0.0.0:80", true},
      {"[::1]:80", "[::]:80", true},
      {"0.0.0.0:80", "[::]:80", false},
      {"127.0.0.1:0", "127.0.0.1:0", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    CHECK(overlap(*parse_bind_address(row.a), *parse_bind_address(row.b)) == row.do_overlap);
    CHECK(overlap(*parse_bind_address(row.b), *parse_bind_address(row.a)) == row.do_overlap);
  }
}

}  // namespace weir::gateway::config
