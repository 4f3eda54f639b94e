#include "adapters/tcp/feed_input.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::tcp {
namespace {

using Texts = std::vector<std::string>;

/// What all messages of the stream say, or what is wrong with them.
Texts messages_of(FeedFormat format, std::string_view stream) {
  FeedInput input(format, 32);
  const auto space = input.prepare();
  std::memcpy(space.data(), stream.data(), stream.size());
  input.commit(stream.size());
  Texts out;
  const auto note = [&](const FeedMessage& message) {
    CHECK(message.number == out.size() + 1);
    out.push_back(message.fault ? std::string(info(message.fault->code).name) + ": " +
                                      std::string(message.fault->message())
                                : std::string(message.json));
  };
  while (const auto message = input.next()) note(*message);
  if (const auto message = input.last()) note(*message);
  input.release();
  return out;
}

}  // namespace

TEST_CASE("lines are handed out as they are") {
  CHECK(messages_of(FeedFormat::json,
                    "{\"a\": 1.10}\n\nno JSON\n" + std::string(33, 'x') + "\nlast") ==
        Texts{"{\"a\": 1.10}",
              "",
              "no JSON",
              "too_big: the line is above feed_line_bytes = 32",
              "last"});
}

TEST_CASE(
    "frames are handed out as JSON; data may be bytes, and what is wrong is told by its byte") {
  const std::string frames =
      "00000004a1616101"            // {"a":1}
      "00000000"                    // nothing
      "00000009a164646174614200ff"  // {"data":h'00ff'}
      "00000001ff"                  // no CBOR
      "00000009a16464617461814100"  // bytes within
      "00000021" +
      std::string(66, '0') +   // one byte too many
      "0000000aa26161016161";  // cut off
  CHECK(messages_of(FeedFormat::cbor, tests::from_hex(frames)) ==
        Texts{R"({"a":1})",
              "",
              R"({"data":{"b64":"AP8="}})",
              "bad_request: no such CBOR item at byte 1",
              R"(bad_request: a byte string can only be "data" at byte 8)",
              "too_big: the frame is above feed_line_bytes = 32",
              "bad_request: the message does not end at byte 7"});
}

TEST_CASE("how long messages may be can change in both formats") {
  for (const auto format : {FeedFormat::json, FeedFormat::cbor}) {
    FeedInput input(format, 2);
    input.set_message_bytes_max(7);
    const std::string_view stream = format == FeedFormat::json
                                        ? std::string_view("{\"a\":1}\n")
                                        : std::string_view("\0\0\0\x04\xa1\x61\x61\x01", 8);
    std::memcpy(input.prepare().data(), stream.data(), stream.size());
    input.commit(stream.size());
    const auto message = input.next();
    REQUIRE(message);
    CHECK(message->json == R"({"a":1})");
  }
}

}  // namespace weir::adapters::tcp
