#include "gateway/session/framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::gateway::session {
namespace {

std::string event(std::string_view message, std::string_view id = {}) {
  std::string out;
  append_event(message, id, out);
  return out;
}

}  // namespace

TEST_CASE("an event has the message as its data and, where there is one, its position as its id") {
  CHECK(event(R"({"a":1})") == "data: {\"a\":1}\n\n");
  CHECK(event("1", "k3f9:18") == "id: k3f9:18\ndata: 1\n\n");
}

TEST_CASE("whatever ends a line begins a further line of data, so that no message makes an event") {
  CHECK(event("[1,\n2]") == "data: [1,\ndata: 2]\n\n");
  CHECK(event("[1,\r\n2]") == "data: [1,\ndata: \ndata: 2]\n\n");
  CHECK(event("[\r\r]") == "data: [\ndata: \ndata: ]\n\n");
  CHECK(event("{}\n\nid: e:1\n") == "data: {}\ndata: \ndata: id: e:1\ndata: \n\n");
}

TEST_CASE("a position comes back from its id, and nothing else does") {
  const auto position = read_event_id(to_event_id("k3f9", 18));
  REQUIRE(position);
  CHECK(*position == protocol::Position{"k3f9", 18});
  CHECK(read_event_id("a:0"));
  CHECK(read_event_id("0123456789abcdef:9007199254740991"));
  for (const char* other : {"",
                            ":",
                            "k3f9",
                            "k3f9:",
                            ":18",
                            "K3f9:18",
                            "k 3:18",
                            "k3f9:-1",
                            "k3f9:+1",
                            "k3f9:18 ",
                            "k3f9:1:8",
                            "0123456789abcdef0:1",
                            "k3f9:9007199254740992",
                            "k3f9:99999999999999999999"}) {
    CAPTURE(other);
    CHECK_FALSE(read_event_id(other));
  }
}

}  // namespace weir::gateway::session
