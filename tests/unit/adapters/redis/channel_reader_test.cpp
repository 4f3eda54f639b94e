#include "adapters/redis/channel_reader.hpp"

#include "tests/unit/adapters/redis/resp.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <variant>

namespace weir::adapters::redis {
namespace {

using Events = std::deque<common::BrokerEvent>;

const common::Message& message_of(const common::BrokerEvent& event) {
  REQUIRE(std::holds_alternative<common::Message>(event));
  return std::get<common::Message>(event);
}

}  // namespace

TEST_CASE("exact channels and patterns have a command each") {
  ChannelReader reader(100);
  const std::array channels{to_pattern("a:b"), to_pattern("q:*"), to_pattern("c")};
  CHECK(reader.subscribe(3, channels) ==
        std::vector<Words>{{"SUBSCRIBE", "a:b", "c"}, {"PSUBSCRIBE", "q:*"}});
  CHECK(reader.unconfirmed() == 3);
  CHECK(reader.unsubscribe(channels) ==
        std::vector<Words>{{"UNSUBSCRIBE", "a:b", "c"}, {"PUNSUBSCRIBE", "q:*"}});
  CHECK(reader.subscribe(4, {}).empty());
}

TEST_CASE("messages know their channel and the subscription that brought them") {
  ChannelReader reader(3);
  const std::array exact{to_pattern("a:b")};
  const std::array pattern{to_pattern("a:*")};
  static_cast<void>(reader.subscribe(1, exact));
  static_cast<void>(reader.subscribe(2, pattern));
  Events events;
  reader.on_reply(*resp("*3\r\n$9\r\nsubscribe\r\n$3\r\na:b\r\n:1\r\n"), events);
  reader.on_reply(*resp("*3\r\n$10\r\npsubscribe\r\n$3\r\na:*\r\n:2\r\n"), events);
  CHECK(reader.unconfirmed() == 0);
  reader.on_reply(*resp("*3\r\n$7\r\nmessage\r\n$3\r\na:b\r\n$3\r\n123\r\n"), events);
  reader.on_reply(*resp("*4\r\n$8\r\npmessage\r\n$3\r\na:*\r\n$3\r\na:b\r\n$4\r\n1234\r\n"),
                  events);
  reader.on_reply(*resp("*2\r\n$4\r\npong\r\n$0\r\n\r\n"), events);
  reader.on_reply(*resp("+PONG\r\n"), events);
  REQUIRE(events.size() == 2);
  CHECK(message_of(events[0]).subscription == 1);
  CHECK(message_of(events[0]).subject == "a:b");
  CHECK(message_of(events[0]).body == "123");
  CHECK(message_of(events[1]).subscription == 2);
  CHECK(message_of(events[1]).subject == "a:b");
  CHECK(message_of(events[1]).is_too_big);
  CHECK(message_of(events[1]).body_bytes == 4);
}

TEST_CASE("what was unsubscribed from is not listened to, and an error is told") {
  ChannelReader reader(3);
  const std::array exact{to_pattern("a:b")};
  static_cast<void>(reader.subscribe(1, exact));
  static_cast<void>(reader.unsubscribe(exact));
  Events events;
  reader.on_reply(*resp("*3\r\n$7\r\nmessage\r\n$3\r\na:b\r\n$3\r\n123\r\n"), events);
  CHECK(events.empty());
  reader.on_reply(*resp("-NOPERM no\r\n"), events);
  REQUIRE(events.size() == 1);
  REQUIRE(std::holds_alternative<common::Complaint>(events[0]));
  CHECK(std::get<common::Complaint>(events[0]).text == "the server says: NOPERM no");
  CHECK(reader.unconfirmed() == 0);
}

}  // namespace weir::adapters::redis
