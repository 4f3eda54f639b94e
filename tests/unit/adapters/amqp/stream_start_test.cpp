#include "adapters/amqp/stream_start.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::amqp {

TEST_CASE("a stream is read from one of its ends, or from an offset") {
  CHECK(parse_stream_start("first") == StreamStart(StreamEnd::first));
  CHECK(parse_stream_start("last") == StreamStart(StreamEnd::last));
  CHECK(parse_stream_start("next") == StreamStart(StreamEnd::next));
  CHECK(parse_stream_start("0") == StreamStart(StreamOffset{0}));
  CHECK(parse_stream_start("9007199254740990") == StreamStart(StreamOffset{9007199254740990}));
  for (const auto* text :
       {"", "First", "-1", "1x", "0.5", "9007199254740991", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_stream_start(text));
  }
}

}  // namespace weir::adapters::amqp
