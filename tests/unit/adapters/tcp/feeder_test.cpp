#include "adapters/tcp/feeder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace weir::adapters::tcp {

TEST_CASE("a secret is kept as its SHA-256") {
  // FIPS 180-4, the example "abc"
  const SecretDigest digest = digest_of("abc");
  CHECK(digest[0] == 0xba);
  CHECK(digest[1] == 0x78);
  CHECK(digest[31] == 0xad);
  CHECK(digest_of("") != digest);
}

TEST_CASE("a feeder is found by its secret and by nothing like it") {
  const std::vector<Feeder> feeders{{"prices", digest_of("first secret"), {}},
                                    {"orders", digest_of("second secret"), {}}};
  const Feeder* found = find_feeder(feeders, "second secret");
  REQUIRE(found != nullptr);
  CHECK(found->name == "orders");
  CHECK(find_feeder(feeders, "first secret") == feeders.data());
  for (const char* wrong : {"", "first secre", "first secret ", "First secret", "prices"})
    CHECK(find_feeder(feeders, wrong) == nullptr);
  CHECK(find_feeder({}, "first secret") == nullptr);
}

TEST_CASE("a feeder publishes where its filters say, or anywhere") {
  const Feeder anywhere{"all", {}, {}};
  CHECK(anywhere.may_publish("a/b"));
  const Feeder some{"some", {}, {"quotes/+", "orders/#"}};
  CHECK(some.may_publish("quotes/AAPL"));
  CHECK(some.may_publish("orders"));
  CHECK_FALSE(some.may_publish("quotes/AAPL/bid"));
  CHECK_FALSE(some.may_publish("chat/lobby"));
  CHECK_FALSE(some.may_publish(""));
}

}  // namespace weir::adapters::tcp
