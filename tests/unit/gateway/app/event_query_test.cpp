#include "gateway/app/event_query.hpp"

#include "protocol/native/json_codec.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {
namespace {

std::string refusal(std::string_view query, std::string_view last_event_id = {}) {
  const auto read = read_event_query(query, last_event_id);
  return read ? "taken" : std::string(read.error().message());
}

}  // namespace

TEST_CASE("a query becomes the requests that ask for the same over WebSocket") {
  const auto read = read_event_query(
      "filter=quotes/%2B&filter=a%22b&delivery=latest&max_rate=0.5&fields=bid,ask&snapshot=false"
      "&ts=true&counts=true&priority=-3&delta=none&on_overflow=gap&heartbeat_ms=5000"
      "&bytes_per_s=64000&messages_per_s=50&max_delay_ms=10",
      "");
  REQUIRE(read);
  CHECK(read->connect ==
        R"({"op":"connect","id":0,"heartbeat_ms":5000,"bytes_per_s":64000,"messages_per_s":50,)"
        R"("max_delay_ms":10})");
  const std::string options =
      R"(,"delivery":"latest","max_rate":0.5,"fields":["bid","ask"],"snapshot":false,"ts":true,)"
      R"("counts":true,"priority":-3,"delta":"none","on_overflow":"gap"})";
  CHECK(read->subscribes ==
        std::vector<std::string>{R"({"op":"subscribe","id":1,"filter":"quotes/+")" + options,
                                 R"({"op":"subscribe","id":2,"filter":"a\"b")" + options});
  CHECK_FALSE(read->is_numbered);
  const auto& codec = protocol::native::json_codec();
  CHECK(codec.decode(read->connect));
  for (const auto& subscribe : read->subscribes) CHECK(codec.decode(subscribe));
}

TEST_CASE("a position goes with one exact topic, and the newer of two counts") {
  const auto from = [](std::string_view query, std::string_view last_event_id) {
    const auto read = read_event_query(query, last_event_id);
    REQUIRE(read);
    CHECK(read->is_numbered);
    return read->subscribes.at(0);
  };
  const std::string at_17 =
      R"({"op":"subscribe","id":1,"filter":"a","from":{"a":{"epoch":"k3f9","offset":17}}})";
  CHECK(from("filter=a&from=k3f9:17", "") == at_17);
  CHECK(from("filter=a", "k3f9:17") == at_17);
  CHECK(from("filter=a&from=k3f9:3", "k3f9:17") == at_17);
  CHECK(from("filter=a", "") == R"({"op":"subscribe","id":1,"filter":"a"})");
  CHECK(refusal("filter=a/%2B", "k3f9:17") == "a position needs one filter, without wildcards");
  CHECK(refusal("filter=a&filter=b&from=k3f9:1") ==
        "a position needs one filter, without wildcards");
  CHECK(refusal("filter=a", "17") == "a position is an epoch and an offset, like k3f9:18");
}

TEST_CASE("a query that asks for nothing, or for what is not known, is refused by name") {
  CHECK(refusal("") == "expected a filter, like ?filter=quotes/AAPL");
  CHECK(refusal("delivery=all") == "expected a filter, like ?filter=quotes/AAPL");
  CHECK(refusal("filter=a&max_rat=5") ==
        "there is no parameter \"max_rat\"; did you mean \"max_rate\"?");
  CHECK(refusal("filter=a&window_bytes=5").starts_with("there is no parameter"));
  CHECK(refusal("filter=a&ts=true&ts=true") == "ts is there twice");
  CHECK(refusal("filter=%zz") == "the query is not percent-encoded well");
}

TEST_CASE("whatever a value is, the codec is given JSON, and says itself what it expected") {
  const auto& codec = protocol::native::json_codec();
  for (const char* value :
       {"", "x", "1e", "01", "-", "1.", ".5", "0x1", "true", "nan", "1,2", "\"", "}", "[1]"}) {
    CAPTURE(value);
    const auto read =
        read_event_query("filter=a&max_rate=" + std::string(value) + "&history=2", "");
    REQUIRE(read);
    const auto command = codec.decode(read->subscribes.at(0));
    REQUIRE_FALSE(command);
    CHECK(command.error().error.message().starts_with("\"max_rate\": expected "));
  }
  const auto flag = read_event_query("filter=a&ts=1", "");
  REQUIRE(flag);
  CHECK_FALSE(codec.decode(flag->subscribes.at(0)));
}

}  // namespace weir::gateway::app
