#include "adapters/replay/replay_config.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::replay {

TEST_CASE("a file is enough, and each key can be set") {
  const ReplayConfig defaults = parse_config(R"({"file":"/tmp/a.ndjson"})");
  CHECK(defaults.file == "/tmp/a.ndjson");
  CHECK(defaults.speed == 1);
  CHECK_FALSE(defaults.loop);
  const ReplayConfig config = parse_config(R"({"file":"b","speed":0.5,"loop":true})");
  CHECK(config.speed == 0.5);
  CHECK(config.loop);
}

TEST_CASE("the speed has its limits, the file must be there, and no key is made up") {
  CHECK(parse_config(R"({"file":"b","speed":0})").speed == 0);
  CHECK(parse_config(R"({"file":"b","speed":1000000})").speed == 1'000'000);
  for (const char* config : {R"({"file":"b","speed":-1})",
                             R"({"file":"b","speed":1000001})",
                             R"({"file":"b","speed":"fast"})",
                             R"({"file":"b","loops":true})",
                             R"({"file":""})",
                             R"({})"}) {
    CAPTURE(config);
    CHECK_THROWS_AS((void)parse_config(config), abi::Failure);
  }
}

}  // namespace weir::adapters::replay
