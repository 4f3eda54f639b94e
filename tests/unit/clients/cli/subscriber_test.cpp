#include "clients/cli/subscriber.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {
namespace {

SubOptions options() {
  return {.url = "ws://host/ws",
          .filters = {"a/#"},
          .subscribe = {},
          .wishes = {},
          .count = {},
          .duration = {}};
}

cpp::Delivered delivery(protocol::Offset offset) {
  cpp::Delivered delivered;
  delivered.topic = "a";
  delivered.position = {"e1", offset};
  delivered.data = protocol::Payload{protocol::PayloadFormat::json, std::to_string(offset)};
  return delivered;
}

}  // namespace

TEST_CASE("filters are checked before anybody is asked") {
  auto with = options();
  CHECK(Subscriber::check(with).has_value());
  with.filters = {"a/#", "a//b"};
  CHECK(Subscriber::check(with).error().find("\"a//b\"") == 0);
  with.filters.clear();
  CHECK(!Subscriber::check(with).has_value());
}

TEST_CASE("deliveries go to standard output and all else to standard error") {
  Subscriber subscriber(options());
  const auto refused =
      subscriber.on(cpp::Reply{1, protocol::Error{protocol::ErrorCode::forbidden, "not you"}});
  CHECK(refused.out.empty());
  CHECK(refused.err == "weir sub: forbidden: not you\n");
  CHECK(refused.exit == ExitCode::refused);
  CHECK(subscriber.on(cpp::Ready{"a/#"}).err.empty());
  const auto output = subscriber.on(delivery(7));
  CHECK(output.out == "a 7\n");
  CHECK(output.err.empty());
  CHECK(!output.exit.has_value());
}

TEST_CASE("limits that the operator changes are a note") {
  cpp::LimitsChanged changed;
  changed.limits = {.bytes_per_s = 500, .messages_per_s = 2.5, .max_delay_ms = 20};
  const auto output = Subscriber(options()).on(changed);
  CHECK(output.out.empty());
  CHECK(output.err ==
        "weir sub: the limits have changed: 500 bytes/s, 2.5 messages/s, 20 ms; 0: none\n");
  CHECK_FALSE(output.exit);
}

TEST_CASE("as JSON a delivery is one object") {
  auto with = options();
  with.as_json = true;
  CHECK(Subscriber(with).on(delivery(7)).out.starts_with("{\"topic\":\"a\""));
}

TEST_CASE("it ends with the update that makes the count full") {
  auto with = options();
  with.count = 2;
  Subscriber subscriber(with);
  CHECK(!subscriber.on(delivery(1)).exit.has_value());
  const auto last = subscriber.on(delivery(2));
  CHECK(last.out == "a 2\n");
  CHECK(last.exit == ExitCode::done);
}

TEST_CASE("the end of the time is a failure only where a count is missing") {
  CHECK(Subscriber(options()).on_time_over().exit == ExitCode::done);
  CHECK(Subscriber(options()).on_interrupt().exit == ExitCode::done);
  auto with = options();
  with.count = 2;
  Subscriber subscriber(with);
  (void)subscriber.on(delivery(1));
  CHECK(subscriber.on_time_over().exit == ExitCode::timeout);
  CHECK(subscriber.on_time_over().err.find("1 of 2") != std::string::npos);
  CHECK(subscriber.on_interrupt().exit == ExitCode::failed);
}

}  // namespace weir::clients::cli
