#include "clients/cpp/subscription_table.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

using protocol::Delivery;
using protocol::Kind;

protocol::SubscribeOptions with(std::optional<Delivery> delivery, std::uint32_t history = 0) {
  protocol::SubscribeOptions options;
  options.delivery = delivery;
  options.history = history;
  return options;
}

TopicTable two_topics() {
  TopicTable topics;
  topics.introduce({1, "a/value", Kind::value, "e1", 10});
  topics.introduce({2, "a/stream", Kind::stream, "e1", 20});
  return topics;
}

}  // namespace

TEST_CASE("a subscription that begins asks for what the application asked for") {
  SubscriptionTable subscriptions;
  subscriptions.set("a/+", with(Delivery::all, 5));
  const auto request = subscriptions.request("a/+", TopicTable());
  CHECK(request.filter == "a/+");
  CHECK(request.options.history == 5);
  CHECK(!request.from.has_value());
}

TEST_CASE("what resumes depends on the delivery") {
  const auto topics = two_topics();
  SubscriptionTable subscriptions;
  subscriptions.set("a/+", with(Delivery::all, 5));
  const protocol::Positions all{{"a/value", {"e1", 10}}, {"a/stream", {"e1", 20}}};
  const protocol::Positions streams{{"a/stream", {"e1", 20}}};
  CHECK(subscriptions.request("a/+", topics).from == all);
  CHECK(subscriptions.request("a/+", topics).options.history == 0);
  subscriptions.set("a/+", with(std::nullopt));
  CHECK(subscriptions.request("a/+", topics).from == streams);
  subscriptions.set("a/+", with(Delivery::latest));
  CHECK(!subscriptions.request("a/+", topics).from.has_value());
}

TEST_CASE("one that was ready without a topic wants those born since from their beginning") {
  SubscriptionTable subscriptions;
  subscriptions.set("a/+", with(Delivery::all));
  CHECK(subscriptions.on_ready("a/+"));
  subscriptions.on_disconnected();
  CHECK(subscriptions.request("a/+", TopicTable()).from == protocol::Positions());
}

TEST_CASE("a latest subscription that comes back wants the state, whatever it wanted at first") {
  SubscriptionTable subscriptions;
  auto options = with(Delivery::latest);
  options.snapshot = false;
  subscriptions.set("a/+", options);
  CHECK(subscriptions.request("a/+", TopicTable()).options.snapshot == false);
  CHECK(subscriptions.on_ready("a/+"));
  CHECK(subscriptions.request("a/+", TopicTable()).options.snapshot == true);
}

TEST_CASE("every entry is due where an accepted subscription asks for all") {
  SubscriptionTable subscriptions;
  subscriptions.set("a/+", with(Delivery::all));
  CHECK(!subscriptions.is_every_entry_due("a/x", Kind::value));
  subscriptions.on_accepted("a/+");
  CHECK(subscriptions.is_active("a/+"));
  CHECK(subscriptions.is_every_entry_due("a/x", Kind::value));
  CHECK(!subscriptions.is_every_entry_due("b", Kind::value));
  subscriptions.on_disconnected();
  CHECK(!subscriptions.is_every_entry_due("a/x", Kind::value));
  subscriptions.set("s", with(std::nullopt));
  subscriptions.on_accepted("s");
  CHECK(subscriptions.is_every_entry_due("s", Kind::stream));
  CHECK(!subscriptions.is_every_entry_due("s", Kind::value));
}

TEST_CASE("an ended subscription is unknown") {
  SubscriptionTable subscriptions;
  subscriptions.set("a", with(Delivery::all));
  subscriptions.set("b", with(Delivery::all));
  subscriptions.erase("a");
  CHECK(subscriptions.filters() == std::vector<std::string>{"b"});
  CHECK(!subscriptions.on_ready("a"));
  CHECK(!subscriptions.is_active("a"));
  CHECK(!subscriptions.is_followed("a"));
  CHECK(subscriptions.is_followed("b"));
}

}  // namespace weir::clients::cpp
