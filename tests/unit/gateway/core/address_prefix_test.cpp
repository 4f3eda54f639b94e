#include "gateway/core/address_prefix.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace weir::gateway {
namespace {

TEST_CASE("a prefix has the addresses that begin with it") {
  struct Row {
    std::string_view prefix;
    std::vector<std::string_view> inside;
    std::vector<std::string_view> outside;
  };
  const std::vector<Row> rows{
      {"192.0.2.1", {"192.0.2.1", "::ffff:192.0.2.1"}, {"192.0.2.2", "192.0.2.0", "::1"}},
      {"192.0.2.1/32", {"192.0.2.1"}, {"192.0.2.0"}},
      {"10.0.0.0/8", {"10.0.0.0", "10.255.255.255"}, {"9.255.255.255", "11.0.0.0", "::a00:0"}},
      {"10.16.0.0/12", {"10.16.0.0", "10.31.255.255"}, {"10.15.255.255", "10.32.0.0"}},
      {"0.0.0.0/0", {"0.0.0.0", "255.255.255.255"}, {"::1", "2001:db8::1"}},
      {"::1", {"::1"}, {"::", "::2", "127.0.0.1"}},
      {"2001:db8::/32", {"2001:db8::", "2001:db8:ffff::1"}, {"2001:db9::", "2001:db7::"}},
      {"2001:db8::/33", {"2001:db8:7fff::"}, {"2001:db8:8000::"}},
      {"::ffff:10.0.0.0/104", {"10.1.2.3"}, {"11.0.0.0"}},
      {"::/0", {"::1", "192.0.2.1"}, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.prefix);
    const auto prefix = AddressPrefix::read(row.prefix);
    REQUIRE(prefix);
    const std::vector<AddressPrefix> all{*prefix};
    for (const auto address : row.inside) {
      CAPTURE(address);
      CHECK(contains(all, address));
    }
    for (const auto address : row.outside) {
      CAPTURE(address);
      CHECK_FALSE(contains(all, address));
    }
  }
}

TEST_CASE("what is no prefix is refused") {
  for (const std::string_view text : {"",
                                      "localhost",
                                      "10.0.0.0/33",
                                      "::/129",
                                      "10.0.0.0/",
                                      "10.0.0.0/8/8",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/8 ",
                                      "10.0.0.1/8",
                                      "2001:db8::1/64",
                                      "10.0.0/8",
                                      "[::1]",
                                      "10.0.0.1:80",
                                      "/8"}) {
    CAPTURE(text);
    CHECK_FALSE(AddressPrefix::read(text));
  }
  CHECK_FALSE(AddressPrefix::read(std::string_view("10.0.0.1\0", 9)));
}

TEST_CASE("nothing is in no prefix, and what is no address is in none") {
  CHECK_FALSE(contains({}, "10.0.0.1"));
  const std::vector<AddressPrefix> all{*AddressPrefix::read("::/0")};
  CHECK_FALSE(contains(all, "unknown"));
  CHECK_FALSE(contains(all, ""));
}

}  // namespace
}  // namespace weir::gateway
