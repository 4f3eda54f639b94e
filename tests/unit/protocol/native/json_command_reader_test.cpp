#include "protocol/native/json_command_reader.hpp"

#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::native {

using tests::Json;

TEST_CASE("a request means what the vectors say, or is refused with the id and by name") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    CAPTURE(vector.at("name"));
    const auto text = vector.at("text").get<std::string>();
    const auto command = read_command(text);
    if (vector.contains("means")) {
      REQUIRE_MESSAGE(command, command.error().error.message());
      // unordered: positions are a map
      CHECK(nlohmann::json(tests::meaning_of(*command)) == nlohmann::json(vector.at("means")));
      continue;
    }
    REQUIRE_FALSE(command);
    const auto& expected = vector.at("error");
    const auto& refused = command.error();
    CHECK(info(refused.error.code).name == expected.at("code").get<std::string>());
    if (expected.contains("message")) {
      CHECK(refused.error.message() == expected.at("message").get<std::string>());
    }
    CHECK(refused.id.has_value() == expected.contains("id"));
    if (refused.id) CHECK(*refused.id == expected.value("id", -1));
  }
}

}  // namespace weir::protocol::native
