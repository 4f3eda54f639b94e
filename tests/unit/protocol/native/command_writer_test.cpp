#include "protocol/native/command_writer.hpp"

#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/json_codec.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::native {

TEST_CASE("what a client writes, the gateway reads back") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    if (!vector.contains("means")) continue;
    CAPTURE(vector.at("name"));
    const auto command = json_codec().decode(vector.at("text").get<std::string>());
    REQUIRE(command);
    std::string text;
    write_command(*command, JsonSink(text));
    CAPTURE(text);
    const auto again = json_codec().decode(text);
    REQUIRE_MESSAGE(again, again.error().error.message());
    CHECK(nlohmann::json(tests::meaning_of(*again)) == nlohmann::json(vector.at("means")));

    std::string cbor;
    write_command(*command, CborSink(cbor));
    const auto of_cbor = cbor_codec().decode(cbor);
    REQUIRE_MESSAGE(of_cbor, of_cbor.error().error.message());
    CHECK(tests::normalized(tests::meaning_of(*of_cbor)) == tests::normalized(vector.at("means")));
  }
}

TEST_CASE("defaults are left out, and all else is written once") {
  struct Row {
    std::string name;
    Command command;
    std::string text;
  };
  SubscribeCommand subscribe{.id = 2, .filter = "quotes/+", .options = {}, .from = {}};
  auto wishing = subscribe;
  wishing.options = {.delivery = Delivery::latest,
                     .max_rate = 0.5,
                     .snapshot = false,
                     .fields = {"bid", "a\"b"},
                     .delta = Delta::patch,
                     .history = 3,
                     .on_overflow = OverflowPolicy::close,
                     .wants_time = true,
                     .wants_counts = true,
                     .priority = -1};
  wishing.from = Positions{{"quotes/AAPL", {"k3f9", 17}}};
  const Row rows[] = {
      {"connect",
       ConnectCommand{.id = 1, .token = "", .heartbeat_ms = {}, .wishes = {}},
       R"({"op":"connect","id":1})"},
      {"subscribe", subscribe, R"({"op":"subscribe","id":2,"filter":"quotes/+"})"},
      {"subscribe with everything",
       wishing,
       R"({"op":"subscribe","id":2,"filter":"quotes/+","delivery":"latest","max_rate":0.5,)"
       R"("snapshot":false,"fields":["bid","a\"b"],"delta":"patch","history":3,"on_overflow":"close",)"
       R"("ts":true,"counts":true,"priority":-1,"from":{"quotes/AAPL":{"epoch":"k3f9","offset":17}}})"},
      {"ack", AckCommand{5}, R"({"op":"ack","bytes":5})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::string text = "before ";
    write_command(row.command, JsonSink(text));
    CHECK(text == "before " + row.text);
  }
}

}  // namespace weir::protocol::native
