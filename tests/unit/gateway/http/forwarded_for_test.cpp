#include "gateway/http/forwarded_for.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace weir::gateway::http {
namespace {

TEST_CASE("the client is the last address that no trusted proxy has") {
  struct Row {
    std::string_view name;
    std::string_view forwarded;
    std::string_view peer;
    std::string_view client;
  };
  const std::vector<AddressPrefix> trusted{*AddressPrefix::read("10.0.0.0/8"),
                                           *AddressPrefix::read("2001:db8::/32")};
  const std::vector<Row> rows{
      {"no header", "", "10.0.0.1", "10.0.0.1"},
      {"one proxy", "192.0.2.1", "10.0.0.1", "192.0.2.1"},
      {"who is not trusted is not believed", "192.0.2.1", "198.51.100.7", "198.51.100.7"},
      {"what a client has written itself", "203.0.113.9, 192.0.2.1", "10.0.0.1", "192.0.2.1"},
      {"two proxies", "192.0.2.1, 10.0.0.2", "10.0.0.1", "192.0.2.1"},
      {"trusted ones only", "10.0.0.3, 10.0.0.2", "10.0.0.1", "10.0.0.3"},
      {"a client that pretends to be a proxy", "192.0.2.1,10.9.9.9", "10.0.0.1", "192.0.2.1"},
      {"no blanks", "192.0.2.1,10.0.0.2", "10.0.0.1", "192.0.2.1"},
      {"more blanks", "\t 192.0.2.1 \t,  10.0.0.2  ", "10.0.0.1", "192.0.2.1"},
      {"IPv6", "2001:db9::1, 2001:db8::2", "10.0.0.1", "2001:db9::1"},
      {"a port", "192.0.2.1:4711", "10.0.0.1", "192.0.2.1"},
      {"IPv6 with a port", "[2001:db9::1]:4711", "10.0.0.1", "2001:db9::1"},
      {"IPv6 in brackets", "[2001:db9::1]", "10.0.0.1", "2001:db9::1"},
      {"unknown", "unknown", "10.0.0.1", "10.0.0.1"},
      {"unknown to the second proxy", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.1", "10.0.0.2"},
      {"rubbish", "192.0.2.1, <script>, 10.0.0.2", "10.0.0.1", "10.0.0.2"},
      {"an empty element", "192.0.2.1, , 10.0.0.2", "10.0.0.1", "10.0.0.2"},
      {"a comma at the end", "192.0.2.1,", "10.0.0.1", "10.0.0.1"},
      {"an open bracket", "[2001:db9::1", "10.0.0.1", "10.0.0.1"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(find_client(row.forwarded, row.peer, trusted) == row.client);
  }
  CHECK(find_client("192.0.2.1", "10.0.0.1", {}) == "10.0.0.1");
}

}  // namespace
}  // namespace weir::gateway::http
