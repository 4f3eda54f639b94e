#include "protocol/catalog/catalog.hpp"

#include <doctest/doctest.h>

namespace weir::protocol::catalog {

TEST_CASE("each subprotocol has its codec, and no other name has one") {
  REQUIRE(subprotocols().size() == 2);
  CHECK(subprotocols().front() == "weir.v1.cbor");
  CHECK(subprotocols().back() == "weir.v1.json");
  for (const auto name : subprotocols()) {
    const auto* codec = find_codec(name);
    REQUIRE(codec != nullptr);
    CHECK(codec->subprotocol() == name);
  }
  CHECK(find_codec("weir.v1") == nullptr);
  CHECK(find_codec("") == nullptr);
}

}  // namespace weir::protocol::catalog
