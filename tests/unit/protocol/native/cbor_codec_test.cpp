#include "protocol/native/cbor_codec.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

namespace weir::protocol::native {

TEST_CASE("the CBOR codec is binary under its name, and goes both ways") {
  const auto& codec = cbor_codec();
  CHECK(&codec == &cbor_codec());
  CHECK(codec.subprotocol() == "weir.v1.cbor");
  CHECK(codec.message_type() == MessageType::binary);

  const auto command = codec.decode(tests::from_hex("a2626f706470696e6762696408"));
  REQUIRE(command);
  CHECK(std::get<PingCommand>(*command).id == 8);
  const auto refused = codec.decode(tests::from_hex("a2626f7064706f6e6762696408"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().id == 8);

  std::string out;
  codec.encode(ReadyEvent{"a"}, out);
  CHECK(tests::to_hex(out) ==
        "a2626f7065726561647966"
        "66696c7465726161");
}

}  // namespace weir::protocol::native
