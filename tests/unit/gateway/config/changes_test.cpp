#include "gateway/config/changes.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::config {
namespace {

Config one_listener() {
  Config config;
  config.listen.emplace_back();
  return config;
}

TEST_CASE("nothing has changed in a file that says the same in other lines") {
  auto running = one_listener();
  running.keys.emplace_back().line = 3;
  running.adapters.emplace_back().line = 9;
  auto wanted = running;
  wanted.keys[0].line = 30;
  wanted.adapters[0].line = 90;
  CHECK(find_changes(running, wanted).empty());
}

TEST_CASE("each key is told by its name, with what it will be") {
  const auto running = one_listener();
  auto wanted = running;
  wanted.listen[0].origins = {"https://app.example.com"};
  wanted.auth.issuer = "https://issuer.example.com";
  wanted.rights.emplace_back().identity = "anonymous";
  wanted.limits.cells = 7;
  const std::vector<Change> expected{{"listen.origins", R"(["https://app.example.com"])", true},
                                     {"auth.issuer", R"("https://issuer.example.com")", true},
                                     {"rights", "", true},
                                     {"limits.cells", "7", false}};
  CHECK(find_changes(running, wanted) == expected);
}

TEST_CASE("of several listeners it is told which") {
  auto running = one_listener();
  running.listen.emplace_back().port = 9000;
  auto wanted = running;
  wanted.listen[1].port = 9001;
  wanted.listen[1].max_bytes_per_s = 1024;
  const auto changes = find_changes(running, wanted);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].key == "listen[1].port");
  CHECK_FALSE(changes[0].is_live);
  CHECK(changes[1].key == "listen[1].max_bytes_per_s");
  CHECK(changes[1].is_live);
}

TEST_CASE("another number of listeners takes a restart") {
  const auto running = one_listener();
  auto wanted = running;
  wanted.listen.emplace_back().port = 9000;
  CHECK(find_changes(running, wanted) == std::vector<Change>{{"listen", "", false}});
}

TEST_CASE("what adapters are told is never shown") {
  auto running = one_listener();
  running.adapters.emplace_back().name = "market";
  auto wanted = running;
  wanted.adapters[0].json = R"({"brokers":["amqp://user:secret@host"]})";
  CHECK(find_changes(running, wanted) == std::vector<Change>{{"adapter", "", false}});
}

}  // namespace
}  // namespace weir::gateway::config
