#include "clients/cpp/topic_table.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

using protocol::Kind;
using protocol::Position;

protocol::TopicEvent topic(protocol::TopicNumber number,
                           std::string name,
                           std::string epoch,
                           protocol::Offset offset) {
  return {number, std::move(name), Kind::value, std::move(epoch), offset};
}

using protocol::native::ReceivedDelivery;

ReceivedDelivery entry(protocol::TopicNumber number,
                       protocol::Offset offset,
                       protocol::Offset prev) {
  ReceivedDelivery delivery;
  delivery.number = number;
  delivery.offset = offset;
  delivery.prev = prev;
  delivery.data = protocol::Payload{};
  return delivery;
}

ReceivedDelivery entry(protocol::TopicNumber number, protocol::Offset offset) {
  return entry(number, offset, offset - 1);
}

}  // namespace

TEST_CASE("an entry that was handed over is not handed over again") {
  TopicTable topics;
  topics.introduce(topic(7, "a", "e1", 4));
  CHECK(topics.deliver(entry(7, 5), true).delivery.has_value());
  CHECK(!topics.deliver(entry(7, 5), true).delivery.has_value());
  CHECK(!topics.deliver(entry(7, 4), true).delivery.has_value());
  CHECK(topics.deliver(entry(7, 6), true).delivery->position == Position{"e1", 6});
}

TEST_CASE("a hole is a gap where every entry is due, and nothing where not") {
  for (const bool is_every_entry_due : {true, false}) {
    TopicTable topics;
    topics.introduce(topic(7, "a", "e1", 4));
    const auto arrival = topics.deliver(entry(7, 9), is_every_entry_due);
    CHECK(arrival.delivery.has_value());
    REQUIRE(arrival.gap.has_value() == is_every_entry_due);
    if (!arrival.gap) continue;
    CHECK(arrival.gap->topic == "a");
    CHECK(arrival.gap->from == 4U);
    CHECK(arrival.gap->to == 8);
    CHECK(arrival.gap->cause == protocol::GapCause::unknown);
  }
}

TEST_CASE("a hole of the source, a snapshot and a gap that was told are no holes") {
  TopicTable topics;
  topics.introduce(topic(7, "a", "e1", 4));
  CHECK(!topics.deliver(entry(7, 9, 4), true).gap.has_value());
  CHECK(topics.on_gap({7, 9, 12, protocol::GapCause::overflow, 3}).lost == 3U);
  CHECK(!topics.deliver(entry(7, 13), true).gap.has_value());
  auto snapshot = entry(7, 20);
  snapshot.is_snapshot = true;
  CHECK(!topics.deliver(snapshot, true).gap.has_value());
}

TEST_CASE("positions outlive connections, numbers do not") {
  TopicTable topics;
  topics.introduce(topic(7, "quotes/a", "e1", 4));
  topics.introduce(topic(8, "quotes/b", "e1", 0));
  (void)topics.deliver(entry(7, 5), true);
  topics.forget_numbers();
  CHECK(topics.find(7) == nullptr);
  const protocol::Positions expected{{"quotes/a", {"e1", 5}}, {"quotes/b", {"e1", 0}}};
  CHECK(topics.positions("quotes/+", TopicTable::Resume::all) == expected);
  CHECK(topics.positions("other/+", TopicTable::Resume::all).empty());
  CHECK(topics.positions("quotes/+", TopicTable::Resume::streams).empty());
  // The same topic under another number goes on where it was.
  topics.introduce(topic(3, "quotes/a", "e1", 5));
  CHECK(!topics.deliver(entry(3, 5), true).delivery.has_value());
  CHECK(!topics.deliver(entry(3, 6), true).gap.has_value());
}

TEST_CASE("a new epoch begins anew") {
  TopicTable topics;
  topics.introduce(topic(7, "a", "e1", 400));
  (void)topics.deliver(entry(7, 401), true);
  topics.introduce(topic(8, "a", "e2", 0));
  const auto gap = topics.on_gap({8, {}, 2, protocol::GapCause::epoch, {}});
  CHECK(!gap.from.has_value());
  const auto arrival = topics.deliver(entry(8, 3), true);
  CHECK(arrival.delivery->position == Position{"e2", 3});
  CHECK(!arrival.gap.has_value());
}

TEST_CASE("after a position of the future the entries before it count again") {
  TopicTable topics;
  topics.introduce(topic(7, "a", "e1", 0));
  (void)topics.deliver(entry(7, 50, 0), true);
  (void)topics.on_gap({7, {}, 10, protocol::GapCause::future, {}});
  const auto arrival = topics.deliver(entry(7, 11), true);
  CHECK(arrival.delivery.has_value());
  CHECK(!arrival.gap.has_value());
}

TEST_CASE("a patch changes the value that was kept, and fits no other") {
  const auto value = [](protocol::Offset offset, std::string json) {
    auto delivery = entry(7, offset);
    delivery.data->bytes = std::move(json);
    return delivery;
  };
  const auto patch = [](protocol::Offset offset, protocol::Offset base, const std::string& path) {
    auto delivery = entry(7, offset);
    delivery.data.reset();
    delivery.patch = protocol::native::ReceivedPatch{
        base, R"([{"op":"replace","path":")" + path + R"(","value":2.50}])"};
    return delivery;
  };
  constexpr auto keep = TopicTable::Keep::values;
  TopicTable topics;
  topics.introduce(topic(7, "a", "e1", 4));
  (void)topics.deliver(value(5, R"({"x":1})"), false, keep);
  const auto arrival = topics.deliver(patch(9, 5, "/x"), false, keep);
  REQUIRE(arrival.delivery);
  CHECK(arrival.delivery->data->bytes == R"({"x":2.50})");
  CHECK(arrival.delivery->position.offset == 9);
  CHECK_FALSE(topics.deliver(patch(9, 5, "/x"), false, keep).is_unfit);  // a duplicate
  CHECK(topics.deliver(patch(11, 9, "/x"), false, keep).delivery);
  CHECK(topics.deliver(patch(12, 9, "/x"), false, keep).is_unfit);
  CHECK(topics.deliver(patch(12, 11, "/x"), false, keep).is_unfit);  // it was dropped
  (void)topics.deliver(value(12, R"({"x":1})"), false, keep);
  CHECK(topics.deliver(patch(13, 12, "/y"), false, keep).is_unfit);
  (void)topics.deliver(value(13, R"({"x":1})"), false);
  CHECK(topics.deliver(patch(14, 13, "/x"), false, keep).is_unfit);  // it was not kept
}

TEST_CASE("positions of topics that nobody follows are forgotten") {
  TopicTable topics;
  topics.introduce(topic(1, "a/x", "e1", 1));
  topics.introduce(topic(2, "a/y", "e1", 2));
  topics.introduce(topic(3, "b", "e1", 3));
  topics.forget("a/+", {{"a/y", {}}});
  const protocol::Positions expected{{"a/y", {"e1", 2}}, {"b", {"e1", 3}}};
  CHECK(topics.positions("#", TopicTable::Resume::all) == expected);
  // One that is joined again without a new introduction has its position from the delivery.
  CHECK(!topics.deliver(entry(1, 9), true).gap.has_value());
}

}  // namespace weir::clients::cpp
