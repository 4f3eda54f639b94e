#include "adapters/nats/nats_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nats/nats.h>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::nats {
namespace {

/// libnats's own state, which connecting would make.
struct Library {
  Library() { REQUIRE(nats_Open(-1) == NATS_OK); }
};

common::OutgoingMessage outgoing(std::string body) {
  common::OutgoingMessage made;
  made.subject = "a.b";
  made.body = std::move(body);
  made.content_type = "application/json";
  made.message_id = "m1";
  made.headers = {{"topic", "a/b"}};
  return made;
}

}  // namespace

TEST_CASE_FIXTURE(Library, "what is published can be read again, with its headers and its id") {
  const auto made = to_nats(outgoing("{}"));
  REQUIRE(made);
  const common::Message message = to_message(**made, 100);
  CHECK(message.subject == "a.b");
  CHECK(message.body == "{}");
  CHECK(message.message_id == "m1");
  auto headers = message.headers;
  std::ranges::sort(headers);
  CHECK(headers ==
        std::vector<std::pair<std::string, std::string>>{
            {"Content-Type", "application/json"}, {"Nats-Msg-Id", "m1"}, {"topic", "a/b"}});
}

TEST_CASE_FIXTURE(Library, "a body that is too big is left out, and told") {
  const auto made = to_nats(outgoing("12345"));
  REQUIRE(made);
  const common::Message message = to_message(**made, 4);
  CHECK(message.is_too_big);
  CHECK(message.body_bytes == 5);
  CHECK(message.body.empty());
  CHECK_FALSE(to_message(**made, 5).is_too_big);
}

TEST_CASE("options are made of the configuration, or say what is wrong with it") {
  NatsConfig config =
      parse_config(R"({"brokers":["nats://u:p@server","tls://server"],"subjects":["a"]})");
  CHECK(make_options(config, config.brokers[0], "weir"));
  config.tls.ca = "/nowhere/ca.pem";
  const auto made = make_options(config, config.brokers[1], "weir");
  REQUIRE_FALSE(made);
  CHECK_FALSE(made.error().empty());
}

}  // namespace weir::adapters::nats
