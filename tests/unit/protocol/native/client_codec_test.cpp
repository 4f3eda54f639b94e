#include "protocol/native/client_codec.hpp"

#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/json_codec.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>

namespace weir::protocol::native {

TEST_CASE("each codec of a client understands the gateway's of the same name, and is understood") {
  const std::pair<const Codec&, const ClientCodec&> pairs[] = {{json_codec(), json_client_codec()},
                                                               {cbor_codec(), cbor_client_codec()}};
  for (const auto& [gateway, client] : pairs) {
    CHECK(client.subprotocol() == gateway.subprotocol());
    CHECK(client.message_type() == gateway.message_type());

    std::string request;
    client.write(PingCommand{8}, request);
    const auto command = gateway.decode(request);
    REQUIRE(command);
    CHECK(std::get<PingCommand>(*command).id == 8);

    const Payload bytes{PayloadFormat::bytes, std::string("\0\xff", 2)};
    DeliveryEvent delivery;
    delivery.number = 7;
    delivery.offset = 18;
    delivery.data = &bytes;
    std::string event;
    gateway.encode(delivery, event);
    const auto read = client.read(event);
    REQUIRE(read);
    CHECK(std::get<ReceivedDelivery>(*read).data == bytes);
    CHECK_FALSE(client.read(event.substr(1)));
  }
}

}  // namespace weir::protocol::native
