#include "gateway/config/config_mistake.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::config {

TEST_CASE("a mistake is one line with its place first") {
  CHECK(to_text({{12, 8, ""}, "listen.port", "is 70000", "expected less"}, "weir.toml") ==
        "weir.toml:12:8: listen.port: is 70000; expected less");
  CHECK(to_text({{0, 0, "WEIR_SHARDS"}, "shards", "is -1", "expected more"}, "weir.toml") ==
        "environment variable WEIR_SHARDS: shards: is -1; expected more");
  CHECK(to_text({{}, "rights", "is missing", ""}, "weir.toml") == "weir.toml: rights: is missing");
  CHECK(to_text({{1, 2, ""}, "", "is no TOML", ""}, "weir.toml") == "weir.toml:1:2: is no TOML");
}

}  // namespace weir::gateway::config
