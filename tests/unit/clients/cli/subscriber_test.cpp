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

struct Row {
  std::string_view name;
  cpp::ClientEvent event;
  std::string err;
  std::optional<ExitCode> exit;
};

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
  const protocol::Error forbidden{protocol::ErrorCode::forbidden, "not you"};
  const Row rows[] = {
      {"connected",
       cpp::Connected{"s1", "weir/1", {}},
       "weir sub: connected to weir/1, session s1\n",
       {}},
      {"lost",
       cpp::Disconnected{1006, "gone.", cpp::Duration(1500)},
       "weir sub: disconnected (gone.), trying again in 1.5 s\n",
       {}},
      {"end", cpp::Disconnected{4503, "forbidden", {}}, "weir sub: forbidden\n", ExitCode::failed},
      {"end without a reason",
       cpp::Disconnected{1000, "", {}},
       "weir sub: closed with code 1000\n",
       ExitCode::failed},
      {"accepted", cpp::Reply{1, {}, {}, 5.0}, "", {}},
      {"refused",
       cpp::Reply{1, forbidden, {}, {}},
       "weir sub: forbidden: not you\n",
       ExitCode::refused},
      {"problem", cpp::Problem{forbidden}, "weir sub: forbidden: not you\n", {}},
      {"topic", cpp::TopicIntroduced{"a", protocol::Kind::value, {"e1", 0}}, "", {}},
      {"ready", cpp::Ready{"a/#"}, "", {}},
      {"gap",
       cpp::Gap{"a", 3, 9, protocol::GapCause::overflow, 6},
       "weir sub: gap in a: 6 entries lost, from 3 to 9 (overflow)\n",
       {}},
      {"gap of unknown size",
       cpp::Gap{"a", {}, 9, protocol::GapCause::epoch, {}},
       "weir sub: gap in a: an unknown number of entries lost, from ? to 9 (epoch)\n",
       {}},
      {"stale", cpp::Stale{"a", true}, "weir sub: a is stale: its source is away\n", {}},
      {"live", cpp::Stale{"a", false}, "weir sub: a is live again\n", {}},
      {"goodbye",
       cpp::Goodbye{1012, "restart", {}},
       "weir sub: the gateway says goodbye: restart (1012)\n",
       {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Subscriber subscriber(options());
    const auto output = subscriber.on(row.event);
    CHECK(output.out.empty());
    CHECK(output.err == row.err);
    CHECK(output.exit == row.exit);
  }
  Subscriber subscriber(options());
  const auto output = subscriber.on(delivery(7));
  CHECK(output.out == "a 7\n");
  CHECK(output.err.empty());
  CHECK(!output.exit.has_value());
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
