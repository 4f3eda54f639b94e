#include "adapters/tcp/feed_output.hpp"

#include "adapters/common/feed_text.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::adapters::tcp {
namespace {

weir_text text(std::string_view view) {
  return {view.data(), view.size()};
}

std::string taken(FeedOutput& output) {
  std::string out;
  CHECK(output.size() > 0);
  output.take(out);
  CHECK(output.empty());
  return out;
}

}  // namespace

TEST_CASE("what is said are lines or frames") {
  FeedOutput lines(FeedFormat::json);
  FeedOutput frames(FeedFormat::cbor);
  for (auto* output : {&lines, &frames}) {
    output->say([](std::string& out) { common::append_ack(out, 7); });
    output->say(common::append_pause);
  }
  CHECK(taken(lines) == "{\"ack\":7}\n{\"pause\":true}\n");
  CHECK(tests::to_hex(taken(frames)) ==
        std::string("00000006a16361636b07") + "00000008a1657061757365f5");
}

TEST_CASE("what a client published goes out as it is, bytes as bytes") {
  const weir_field fields[] = {{text("bid"), text("1.5")}, {text("old"), text("null")}};
  weir_publication update{};
  update.topic = text("a");
  update.key = text("row");
  update.mid = text("m");
  update.operation = WEIR_UPDATE;
  update.fields = fields;
  update.field_count = 2;
  weir_publication bytes{};
  bytes.topic = text("a");
  bytes.format = WEIR_BYTES;
  bytes.payload = text(std::string_view("\0\xff", 2));
  weir_publication removed{};
  removed.topic = text("a");
  removed.operation = WEIR_REMOVE;

  FeedOutput lines(FeedFormat::json);
  lines.say_entry(bytes, 3);
  CHECK(taken(lines) == "{\"id\":3,\"topic\":\"a\",\"data\":{\"b64\":\"AP8=\"}}\n");

  FeedOutput frames(FeedFormat::cbor);
  frames.say_entry(update, 1);
  CHECK(tests::to_hex(taken(frames)) ==
        "0000002fa562696401"
        "65746f7069636161"
        "636b657963726f77"
        "636d6964616d"
        "666669656c6473a263626964f93e00636f6c64f6");
  frames.say_entry(removed, 2);
  CHECK(tests::to_hex(taken(frames)) == "00000015a36269640265746f70696361616664656c657465f5");
  frames.say_entry(bytes, 3);
  CHECK(tests::to_hex(taken(frames)) ==
        "00000015a36269640365746f7069636161646461746142"
        "00ff");
}

}  // namespace weir::adapters::tcp
