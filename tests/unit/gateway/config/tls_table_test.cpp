#include "gateway/config/tls_table.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::config {
namespace {

Node table(const std::vector<std::pair<std::string, std::string>>& members) {
  Node::Table out;
  for (const auto& [key, value] : members) out.push_back({key, {2, 3, ""}, {value, {2, 9, ""}}});
  return {out, {2, 1, ""}};
}

TEST_CASE("all three files are read, and shown as they were written") {
  const auto type = tls_table();
  Faults faults;
  const auto tls = type.read(
      table({{"certificate", "a.pem"}, {"key", "a.key"}, {"client_ca", "ca.pem"}}), faults);
  REQUIRE(tls);
  CHECK(faults.empty());
  CHECK(*tls == TlsConfig{"a.pem", "a.key", "ca.pem"});
  CHECK(type.show(*tls) == R"({ certificate = "a.pem", key = "a.key", client_ca = "ca.pem" })");
  CHECK(type.show({}).empty());
}

TEST_CASE("what is missing, unknown or no path is told at its place") {
  const auto type = tls_table();
  const auto fault = [&type](const Node& node) {
    Faults faults;
    CHECK_FALSE(type.read(node, faults));
    REQUIRE(faults.size() == 1);
    return faults[0].what + " in column " + std::to_string(faults[0].place.column);
  };
  CHECK(fault(table({{"certificate", "a.pem"}})) == "has no key in column 1");
  CHECK(fault(table({{"key", "a.key"}})) == "has no certificate in column 1");
  CHECK(fault(table({{"certificate", "a.pem"}, {"key", "a.key"}, {"cert", "b"}})) ==
        "has \"cert\", which is not a known key in column 3");
  CHECK(fault({true, {2, 7, ""}}) == "is true in column 7");
}

}  // namespace
}  // namespace weir::gateway::config
