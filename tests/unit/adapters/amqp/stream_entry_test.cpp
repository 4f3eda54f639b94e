#include "adapters/amqp/stream_entry.hpp"

#include "adapters/abi/text.hpp"
#include "tests/unit/adapters/amqp/stream_messages.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::amqp {
namespace {

using abi::to_view;

}  // namespace

TEST_CASE("a message says where it stands, if its queue is a stream") {
  CHECK(offset_of(stream_message(0)) == 0U);
  CHECK(offset_of(stream_message(41)) == 41U);
  CHECK_FALSE(offset_of({}));
  common::Message strange;
  strange.headers.emplace_back("x-stream-offset", "near the end");
  CHECK_FALSE(offset_of(strange));
}

TEST_CASE("messages that say the same are the same, wherever they stand") {
  const auto message = stream_message(7, "t", "body");
  CHECK(fingerprint_of(message) == fingerprint_of(stream_message(8, "t", "body")));
  CHECK(fingerprint_of(message) != fingerprint_of(stream_message(7, "t", "bodies")));
  CHECK(fingerprint_of(message) != fingerprint_of(stream_message(7, "u", "body")));
  CHECK(fingerprint_of(stream_message(7, "ta", "b")) !=
        fingerprint_of(stream_message(7, "t", "ab")));
  auto other = message;
  other.message_id = "m";
  CHECK(fingerprint_of(message) != fingerprint_of(other));
  other = message;
  other.headers.emplace_back("h", "1");
  CHECK(fingerprint_of(message) != fingerprint_of(other));
}

TEST_CASE("an entry has the epoch, and the stream's offset and one") {
  const auto config = stream_config();
  const StreamMapping mapping(config.mapping);
  common::MappedEntry entry;
  auto message = stream_message(0, "a.b");
  message.message_id = "m";
  REQUIRE(mapping.map(message, "e1", 0, entry));
  CHECK(to_view(entry.publication.topic) == "a/b");
  CHECK(to_view(entry.publication.epoch) == "e1");
  CHECK(entry.publication.offset == 1);
  CHECK(entry.publication.mid.size == 0);
  REQUIRE(mapping.map(message, "", 0, entry));
  CHECK(entry.publication.epoch.size == 0);
  CHECK(entry.publication.offset == 0);
}

TEST_CASE("what can be no entry is a gap of its topic, or nothing") {
  const auto config = stream_config();
  const StreamMapping mapping(config.mapping);
  common::MappedEntry entry;
  CHECK_FALSE(mapping.map(stream_message(4, "a.b", "no json"), "e1", 4, entry));
  CHECK(entry.topic == "a/b");
  CHECK(entry.publication.operation == WEIR_GAP);
  CHECK(entry.publication.cause == WEIR_CAUSE_FILTERED);
  CHECK(entry.publication.offset == 5);
  CHECK_FALSE(mapping.map(stream_message(5, "a..b"), "e1", 5, entry));
  CHECK(entry.topic.empty());
  auto large = stream_message(6, "a.b");
  large.is_too_big = true;
  CHECK_FALSE(mapping.map(large, "e1", 6, entry));
  CHECK(entry.topic.empty());
}

}  // namespace weir::adapters::amqp
