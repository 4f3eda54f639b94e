#include "protocol/native/json_codec.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

namespace weir::protocol::native {

TEST_CASE("the JSON codec is text under its name, and goes both ways") {
  const auto& codec = json_codec();
  CHECK(&codec == &json_codec());
  CHECK(codec.subprotocol() == "weir.v1.json");
  CHECK(codec.message_type() == MessageType::text);

  const auto command = codec.decode(R"({"op":"ping","id":8})");
  REQUIRE(command);
  CHECK(std::get<PingCommand>(*command).id == 8);
  const auto refused = codec.decode(R"({"op":"pong","id":8})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().id == 8);

  std::string out;
  codec.encode(ReadyEvent{"a"}, out);
  CHECK(out == R"({"op":"ready","filter":"a"})");
}

}  // namespace weir::protocol::native
