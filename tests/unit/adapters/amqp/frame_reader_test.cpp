#include "adapters/amqp/frame_reader.hpp"

#include "adapters/amqp/amqp_values.hpp"

#include <doctest/doctest.h>

#include <amqp.h>
#include <amqp_framing.h>
#include <string>

namespace weir::adapters::amqp {
namespace {

/// Frames as rabbitmq-c hands them out, and what they refer to.
struct Fixture {
  FrameReader reader{10};
  amqp_basic_properties_t properties{};

  auto method(std::uint16_t channel, amqp_method_number_t id, void* decoded) {
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_METHOD;
    frame.channel = channel;
    frame.payload.method = {id, decoded};
    return reader.on_frame(frame);
  }
  auto header(std::uint16_t channel, std::uint64_t body_bytes) {
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_HEADER;
    frame.channel = channel;
    frame.payload.properties.body_size = body_bytes;
    frame.payload.properties.decoded = &properties;
    return reader.on_frame(frame);
  }
  auto body(std::uint16_t channel, std::string_view bytes) {
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_BODY;
    frame.channel = channel;
    frame.payload.body_fragment = bytes_of(bytes);
    return reader.on_frame(frame);
  }
  auto deliver(std::uint64_t tag) {
    amqp_basic_deliver_t decoded{};
    decoded.delivery_tag = tag;
    decoded.exchange = bytes_of("market");
    decoded.routing_key = bytes_of("quotes.A");
    return method(consume_channel, AMQP_BASIC_DELIVER_METHOD, &decoded);
  }
  auto give_back() {
    amqp_basic_return_t decoded{};
    decoded.reply_text = bytes_of("NO_ROUTE");
    return method(publish_channel, AMQP_BASIC_RETURN_METHOD, &decoded);
  }
};

template <class Expected>
Expected event_of(const protocol::Result<std::optional<common::BrokerEvent>, std::string>& next) {
  REQUIRE(next);
  REQUIRE(next->has_value());
  REQUIRE(std::holds_alternative<Expected>(**next));
  return std::get<Expected>(**next);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a delivery is whole with the last byte of its body") {
  properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.message_id = bytes_of("m1");
  CHECK_FALSE(deliver(7)->has_value());
  CHECK_FALSE(header(consume_channel, 3)->has_value());
  CHECK_FALSE(body(consume_channel, "ab")->has_value());
  const auto delivery = event_of<common::Message>(body(consume_channel, "c"));
  CHECK(delivery.tag == 7);
  CHECK(delivery.origin == "market");
  CHECK(delivery.subject == "quotes.A");
  CHECK(delivery.message_id == "m1");
  CHECK(delivery.body == "abc");
}

TEST_CASE_FIXTURE(Fixture,
                  "what is given back is known by its tag, between the frames of a delivery") {
  amqp_table_entry_t tag = text_entry(bytes_of(tag_header), "17");
  CHECK_FALSE(deliver(1)->has_value());
  CHECK_FALSE(give_back()->has_value());
  CHECK_FALSE(header(consume_channel, 1)->has_value());
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {1, &tag};
  CHECK_FALSE(header(publish_channel, 2)->has_value());
  CHECK(event_of<common::Message>(body(consume_channel, "x")).tag == 1);
  const auto returned = event_of<common::Returned>(body(publish_channel, "yz"));
  CHECK(returned.tag == 17);
  CHECK(returned.reason == "the broker has no queue for it: NO_ROUTE");
}

TEST_CASE_FIXTURE(Fixture, "confirms say for which, for how many, and how") {
  amqp_basic_ack_t ack{5, 1};
  const auto taken =
      event_of<common::Confirm>(method(publish_channel, AMQP_BASIC_ACK_METHOD, &ack));
  CHECK(taken.tag == 5);
  CHECK(taken.is_multiple);
  CHECK(taken.is_taken);
  amqp_basic_nack_t nack{6, 0, 0};
  const auto refused =
      event_of<common::Confirm>(method(publish_channel, AMQP_BASIC_NACK_METHOD, &nack));
  CHECK(refused.tag == 6);
  CHECK_FALSE(refused.is_multiple);
  CHECK_FALSE(refused.is_taken);
}

TEST_CASE_FIXTURE(Fixture, "the broker may end it, with its reason") {
  amqp_basic_cancel_t cancel{};
  CHECK(method(consume_channel, AMQP_BASIC_CANCEL_METHOD, &cancel).error() ==
        "the queue was deleted");
  amqp_connection_close_t close{};
  close.reply_code = 320;
  close.reply_text = bytes_of("CONNECTION_FORCED");
  CHECK(method(0, AMQP_CONNECTION_CLOSE_METHOD, &close).error() ==
        "the broker has closed it: 320 CONNECTION_FORCED");
}

TEST_CASE_FIXTURE(Fixture, "what we do not need says nothing") {
  amqp_basic_consume_ok_t consuming{};
  CHECK_FALSE(method(consume_channel, AMQP_BASIC_CONSUME_OK_METHOD, &consuming)->has_value());
  amqp_frame_t heartbeat{};
  heartbeat.frame_type = AMQP_FRAME_HEARTBEAT;
  CHECK_FALSE(reader.on_frame(heartbeat)->has_value());
}

TEST_CASE_FIXTURE(Fixture, "frames out of order end it") {
  CHECK_FALSE(header(consume_channel, 1));
  CHECK_FALSE(body(publish_channel, "x"));
  CHECK(deliver(1));
  CHECK_FALSE(deliver(2));
  CHECK(give_back());
  CHECK_FALSE(give_back());
}

}  // namespace weir::adapters::amqp
