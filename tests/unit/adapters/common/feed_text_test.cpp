#include "adapters/common/feed_text.hpp"

#include "adapters/abi/host.hpp"
#include "adapters/common/feed_line.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace weir::adapters::common {
namespace {

template <class Append>
std::string line_of(Append append) {
  std::string out;
  append(out);
  return out;
}

}  // namespace

TEST_CASE("replies look as the feed's page says") {
  CHECK(line_of([](auto& out) { append_ack(out, 7); }) == "{\"ack\":7}\n");
  CHECK(line_of([](auto& out) {
          append_nack(out, 9007199254740991, {protocol::ErrorCode::overloaded, "too fast"});
        }) ==
        "{\"nack\":9007199254740991,\"error\":{\"code\":\"overloaded\",\"message\":\"too fast\","
        "\"retry\":true}}\n");
  CHECK(line_of([](auto& out) {
          append_bad_line(out, 3, {protocol::ErrorCode::bad_topic, "a \"quoted\" level"});
        }) ==
        "{\"error\":{\"code\":\"bad_topic\",\"message\":\"a \\\"quoted\\\" level\",\"retry\":"
        "false},\"line\":3}\n");
}

TEST_CASE("what a feeder is told about itself and about the flow") {
  CHECK(line_of([](auto& out) {
          append_hello(out, {.window = 16384, .line_bytes_max = 1048576, .heartbeat_ms = 15000});
        }) == "{\"hello\":{\"window\":16384,\"line_bytes\":1048576,\"heartbeat_ms\":15000}}\n");
  CHECK(line_of([](auto& out) { append_pause(out); }) == "{\"pause\":true}\n");
  CHECK(line_of([](auto& out) { append_resume(out); }) == "{\"resume\":true}\n");
  CHECK(line_of([](auto& out) { append_heartbeat(out); }) == "{\"heartbeat\":true}\n");
}

TEST_CASE("what clients publish is a line that the feed itself could read") {
  const std::array fields{weir_field{abi::to_text("b\"d"), abi::to_text("1.10")},
                          weir_field{abi::to_text("old"), abi::to_text("null")}};
  weir_publication bytes = abi::replace_entry("a/b", std::string_view("\0\xff", 2));
  bytes.format = WEIR_BYTES;
  weir_publication named = abi::replace_entry("a\"b", R"({"x":1})");
  named.mid = abi::to_text("m1");
  const std::array entries{named,
                           bytes,
                           abi::update_entry("t", fields, "row1"),
                           abi::remove_entry("t", "row1"),
                           abi::remove_entry("t")};
  const std::array expected{
      "{\"id\":1,\"topic\":\"a\\\"b\",\"mid\":\"m1\",\"data\":{\"x\":1}}\n",
      "{\"id\":1,\"topic\":\"a/b\",\"data\":{\"b64\":\"AP8=\"}}\n",
      "{\"id\":1,\"topic\":\"t\",\"key\":\"row1\",\"fields\":{\"b\\\"d\":1.10,\"old\":null}}\n",
      "{\"id\":1,\"topic\":\"t\",\"key\":\"row1\",\"delete\":true}\n",
      "{\"id\":1,\"topic\":\"t\",\"delete\":true}\n"};
  FeedBatch batch;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::string line;
    append_entry(line, entries[i], 1);
    CHECK(line == expected[i]);
    line.pop_back();
    CHECK(batch.add(line));
    CHECK(abi::to_view(batch.last().topic) == abi::to_view(entries[i].topic));
    batch.clear();
  }
}

}  // namespace weir::adapters::common
