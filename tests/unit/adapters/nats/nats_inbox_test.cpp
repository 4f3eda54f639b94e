#include "adapters/nats/nats_inbox.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <string>
#include <variant>

namespace weir::adapters::nats {
namespace {

common::Message message(const std::string& body) {
  common::Message made;
  made.body = body;
  return made;
}

bool is_readable(const NatsInbox& inbox) {
  pollfd watched{inbox.descriptor(), POLLIN, 0};
  return poll(&watched, 1, 0) == 1;
}

/// The body of a message, or what it is.
std::string next(NatsInbox& inbox) {
  const auto event = inbox.take();
  if (!event) return "nothing";
  if (const auto* found = std::get_if<common::Message>(&*event)) return found->body;
  return std::holds_alternative<common::Loss>(*event) ? "loss" : "else";
}

}  // namespace

TEST_CASE("what comes wakes the thread, and is taken in order") {
  NatsInbox inbox;
  const auto connection = inbox.begin();
  CHECK_FALSE(is_readable(inbox));
  inbox.put(connection, message("1"));
  inbox.put(connection, message("2"));
  CHECK(is_readable(inbox));
  CHECK(next(inbox) == "1");
  CHECK(next(inbox) == "2");
  CHECK(next(inbox) == "nothing");
  CHECK_FALSE(is_readable(inbox));
  inbox.put(connection, message("3"));
  CHECK(is_readable(inbox));
}

TEST_CASE("a connection that was given up is not listened to") {
  NatsInbox inbox;
  const auto before = inbox.begin();
  inbox.put(before, message("1"));
  const auto after = inbox.begin();
  inbox.put(before, message("2"));
  inbox.tell(before, common::Complaint{"no"});
  inbox.end(before, "it is gone");
  inbox.put(after, message("3"));
  CHECK(next(inbox) == "3");
  CHECK(next(inbox) == "nothing");
  CHECK_FALSE(inbox.ended());
  inbox.end(after, "now");
  inbox.end(after, "later");
  CHECK(inbox.ended() == "now");
}

TEST_CASE("what does not fit is lost, and that stands in its place, once") {
  NatsInbox inbox;
  const auto connection = inbox.begin();
  const std::string half(NatsInbox::bytes_max / 2, 'x');
  inbox.put(connection, message(half));
  inbox.put(connection, message(half));
  inbox.put(connection, message("lost"));
  inbox.put(connection, message("lost"));
  CHECK(next(inbox) == half);
  inbox.put(connection, message("again"));
  CHECK(next(inbox) == half);
  CHECK(next(inbox) == "loss");
  CHECK(next(inbox) == "again");
  CHECK(next(inbox) == "nothing");
}

TEST_CASE("so many messages fit and no more") {
  NatsInbox inbox;
  const auto connection = inbox.begin();
  for (std::size_t i = 0; i <= NatsInbox::messages_max; ++i) inbox.put(connection, message("1"));
  for (std::size_t i = 0; i < NatsInbox::messages_max; ++i) REQUIRE(next(inbox) == "1");
  CHECK(next(inbox) == "loss");
  CHECK(next(inbox) == "nothing");
}

}  // namespace weir::adapters::nats
