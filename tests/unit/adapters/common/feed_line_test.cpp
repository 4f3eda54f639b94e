#include "adapters/common/feed_line.hpp"

#include "adapters/abi/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

namespace weir::adapters::common {
namespace {

using abi::to_view;

struct BadRow {
  const char* name;
  std::string line;
  const char* message;
  std::optional<std::uint64_t> id = std::nullopt;
};

}  // namespace

TEST_CASE("data is handed on as it stands") {
  FeedBatch batch;
  const std::string line =
      R"( {"topic":"quotes\/AAPL","id":7,"mid":"m\u0031","data": {"bid":1.10, "x":[ ]} } )";
  const auto read = batch.add(line);
  REQUIRE(read);
  CHECK(std::get<FeedEntry>(*read).id == 7);
  const auto entries = batch.publications();
  REQUIRE(entries.size() == 1);
  CHECK(to_view(entries[0].topic) == "quotes/AAPL");
  CHECK(to_view(entries[0].mid) == "m1");
  CHECK(entries[0].operation == WEIR_REPLACE);
  CHECK(entries[0].format == WEIR_JSON);
  CHECK(to_view(entries[0].payload) == R"({"bid":1.10, "x":[ ]})");
}

TEST_CASE("fields, rows and deletes become what they say, many to a batch") {
  FeedBatch batch;
  const std::vector<std::string> lines{R"({"topic":"a","fields":{"bid":1.10,"\u0061sk":null}})",
                                       R"({"topic":"a","data":null})",
                                       R"({"topic":"t","key":"row1","fields":{"x":{"y":1}}})",
                                       R"({"topic":"t","fields":{"ok":1},"bad":2})",
                                       R"({"topic":"t","key":"row1","delete":true})",
                                       R"({"topic":"t","fields":{}})",
                                       R"({"topic":"t","delete":true})",
                                       R"({"topic":"a","fields":{"z":9}})"};
  for (const auto& line : lines) static_cast<void>(batch.add(line));
  const auto entries = batch.publications();
  REQUIRE(entries.size() == 7);
  REQUIRE(entries[0].field_count == 2);
  CHECK(to_view(entries[0].fields[0].json) == "1.10");
  CHECK(to_view(entries[0].fields[1].name) == "ask");
  CHECK(to_view(entries[0].fields[1].json) == "null");
  CHECK(to_view(entries[1].payload) == "null");
  CHECK(to_view(entries[2].key) == "row1");
  REQUIRE(entries[2].field_count == 1);
  CHECK(to_view(entries[2].fields[0].json) == R"({"y":1})");
  CHECK(entries[3].operation == WEIR_REMOVE);
  CHECK(to_view(entries[3].key) == "row1");
  CHECK(entries[4].operation == WEIR_UPDATE);
  CHECK(entries[4].field_count == 0);
  CHECK(entries[5].operation == WEIR_REMOVE);
  CHECK(entries[5].key.size == 0);
  REQUIRE(entries[6].field_count == 1);
  CHECK(to_view(entries[6].fields[0].name) == "z");
  batch.clear();
  CHECK(batch.publications().empty());
}

TEST_CASE("lines of a recording may have a time, those of a feed may not") {
  const std::string line = R"({"at_ms":12345,"topic":"a","data":1})";
  FeedBatch recording(LineSource::recording);
  const auto read = recording.add(line);
  REQUIRE(read);
  CHECK(std::get<FeedEntry>(*read).at_ms == 12345);
  const auto without = recording.add(R"({"topic":"a","data":1})");
  REQUIRE(without);
  CHECK_FALSE(std::get<FeedEntry>(*without).at_ms.has_value());
  for (const char* time : {"-1", "1.5", "\"1\"", "9007199254740992"}) {
    CAPTURE(time);
    const auto bad = recording.add(R"({"topic":"a","data":1,"at_ms":)" + std::string(time) + "}");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().error.message().find("'at_ms' must be an integer") != std::string::npos);
  }
  const auto of_feed = FeedBatch().add(line);
  REQUIRE_FALSE(of_feed);
  CHECK(of_feed.error().error.message().find("'at_ms' is unknown") != std::string::npos);
}

TEST_CASE("data that is exactly b64 is bytes, anything more is JSON") {
  FeedBatch batch;
  for (const char* line : {R"({"topic":"a","data":{"b64":"AP8="}})",
                           R"({"topic":"a","data":{ "b64" : "" }})",
                           R"({"topic":"a","data":{"b64":"AP8=","x":1}})",
                           R"({"topic":"a","data":{"b64":7}})",
                           R"({"topic":"a","data":["b64"]})"})
    CHECK(batch.add(line));
  const auto entries = batch.publications();
  REQUIRE(entries.size() == 5);
  CHECK(entries[0].format == WEIR_BYTES);
  CHECK(to_view(entries[0].payload) == std::string_view("\0\xff", 2));
  CHECK(entries[1].format == WEIR_BYTES);
  CHECK(entries[1].payload.size == 0);
  for (std::size_t i = 2; i < 5; ++i) CHECK(entries[i].format == WEIR_JSON);
}

TEST_CASE("blank lines say nothing") {
  FeedBatch batch;
  for (const char* line : {"", "\r", " \t "}) {
    const auto read = batch.add(line);
    REQUIRE(read);
    CHECK(std::holds_alternative<std::monostate>(*read));
  }
}

TEST_CASE("answers of a feeder are read") {
  FeedBatch batch;
  const auto ack = batch.add(R"({"ack":5})");
  REQUIRE(ack);
  CHECK(std::get<FeedReply>(*ack).id == 5);
  CHECK_FALSE(std::get<FeedReply>(*ack).error);
  const auto nack =
      batch.add(R"({"nack":6,"error":{"code":"forbidden","message":"not\nhere","retry":false}})");
  REQUIRE(nack);
  CHECK(std::get<FeedReply>(*nack).id == 6);
  CHECK(std::get<FeedReply>(*nack).error ==
        protocol::Error{protocol::ErrorCode::forbidden, "not\nhere"});
  const auto bare = batch.add(R"({"nack":7})");
  REQUIRE(bare);
  CHECK(std::get<FeedReply>(*bare).error->code == protocol::ErrorCode::internal);
  CHECK(batch.publications().empty());
}

TEST_CASE("a feeder introduces itself with a name, a secret, or both") {
  FeedBatch batch;
  const auto named = batch.add(R"({"hello":"quotes-1","auth":"s\u00e9cret"})");
  REQUIRE(named);
  CHECK(std::get<FeedGreeting>(*named).name == "quotes-1");
  CHECK(std::get<FeedGreeting>(*named).auth ==
        "s\xc3\xa9"
        "cret");
  const auto bare = batch.add(R"({"hello":true})");
  REQUIRE(bare);
  CHECK(std::get<FeedGreeting>(*bare).name.empty());
  CHECK_FALSE(std::get<FeedGreeting>(*bare).has_auth);
  const auto secret = batch.add(R"({"auth":""})");
  REQUIRE(secret);
  CHECK(std::get<FeedGreeting>(*secret).has_auth);
  CHECK(batch.publications().empty());

  const std::string longest(64, 'n');
  CHECK(batch.add(R"({"hello":")" + longest + R"("})"));
  for (const std::string& line : {R"({"hello":")" + longest + R"(n"})",
                                  std::string(R"({"hello":""})"),
                                  std::string(R"({"hello":false})"),
                                  std::string(R"({"hello":1})"),
                                  std::string(R"({"auth":7})"),
                                  std::string(R"({"auth":"a","topic":"b","data":1})"),
                                  std::string(R"({"hello":true,"id":1})"),
                                  std::string(R"({"hello":true,"ack":1})")}) {
    CAPTURE(line);
    CHECK_FALSE(batch.add(line));
  }
  CHECK_FALSE(FeedBatch(LineSource::recording).add(R"({"hello":true})"));
}

TEST_CASE("the last entry can be taken out of the batch again") {
  FeedBatch batch;
  const std::string kept = R"({"topic":"a","fields":{"x":1,"y":2}})";
  const std::string dropped = R"({"topic":"b","fields":{"z":3}})";
  const std::string next = R"({"topic":"c","fields":{"w":4}})";
  REQUIRE(batch.add(kept));
  REQUIRE(batch.add(dropped));
  batch.drop_last();
  REQUIRE(batch.add(next));
  const auto entries = batch.publications();
  REQUIRE(entries.size() == 2);
  CHECK(to_view(entries[0].fields[1].json) == "2");
  CHECK(to_view(entries[1].topic) == "c");
  REQUIRE(entries[1].field_count == 1);
  CHECK(to_view(entries[1].fields[0].json) == "4");
}

TEST_CASE("a bad line says what is wrong, and its id where it can be read") {
  const std::vector<BadRow> rows{
      {"not JSON", "hello", "no valid JSON: expected an object at byte 1"},
      {"cut off", R"({"topic":"a","id":1)", "no valid JSON: expected ',' or '}' at byte 20"},
      {"no object", "[1]", "no valid JSON: expected an object at byte 1"},
      {"two objects", R"({"topic":"a","data":1}{})", "no valid JSON: more after the object"},
      {"not UTF-8",
       "{\"topic\":\"a\",\"data\":\"\xff\"}",
       "no valid JSON: not UTF-8 in the string at byte 22"},
      {"no topic", R"({"id":1,"data":1})", "'topic' is missing", 1},
      {"topic a number", R"({"topic":1,"data":1,"id":2})", "'topic' must be a string", 2},
      {"no content",
       R"({"topic":"a","id":3})",
       "exactly one of 'data', 'fields', 'delete' is needed",
       3},
      {"two contents",
       R"({"topic":"a","data":1,"fields":{},"id":4})",
       "exactly one of 'data', 'fields', 'delete' is needed",
       4},
      {"key with data",
       R"({"topic":"a","key":"k","data":1})",
       "'key' goes with 'fields' or 'delete', not with 'data'"},
      {"empty key", R"({"topic":"a","key":"","delete":true})", "'key' is empty"},
      {"unknown member", R"({"topic":"a","dta":1,"id":5})", "'dta' is unknown here", 5},
      {"twice", R"({"topic":"a","topic":"b","data":1})", "'topic' is given twice"},
      {"fields no object", R"({"topic":"a","fields":[1]})", "'fields' must be an object"},
      {"delete false", R"({"topic":"a","delete":false})", "'delete' must be true"},
      {"mid", R"({"topic":"a","data":1,"mid":1})", "'mid' must be a string"},
      {"id a text",
       R"({"topic":"a","data":1,"id":"1"})",
       "'id' must be an integer from 0 to 2^53-1"},
      {"id negative",
       R"({"topic":"a","data":1,"id":-1})",
       "'id' must be an integer from 0 to 2^53-1"},
      {"id fraction",
       R"({"topic":"a","data":1,"id":1.5})",
       "'id' must be an integer from 0 to 2^53-1"},
      {"id past the limit",
       R"({"topic":"a","data":1,"id":9007199254740992})",
       "'id' must be an integer from 0 to 2^53-1"},
      {"base64",
       R"({"topic":"a","data":{"b64":"?"},"id":6})",
       "'data' has 'b64' that is no base64",
       6},
      {"ack and entry",
       R"({"topic":"a","data":1,"ack":1})",
       "one line has one of 'topic', 'ack', 'nack'"},
      {"ack and nack", R"({"nack":1,"ack":1})", "one line has one of 'topic', 'ack', 'nack'"},
      {"answer with content",
       R"({"nack":1,"fields":{"a":1},"id":8})",
       "an answer has no 'data', 'fields', 'key' or 'delete'",
       8},
      {"error alone", R"({"topic":"a","data":1,"error":{}})", "'error' belongs to 'nack'"},
  };
  FeedBatch batch;
  for (const BadRow& row : rows) {
    CAPTURE(row.name);
    const auto read = batch.add(row.line);
    REQUIRE_FALSE(read);
    CHECK(read.error().error.detail == row.message);
    CHECK(read.error().id == row.id);
    CHECK(batch.publications().empty());
  }
  CHECK(batch.add(R"({"topic":"a","data":1,"id":9007199254740991})"));
}

TEST_CASE("fields of a bad line do not become those of the next") {
  FeedBatch batch;
  CHECK_FALSE(batch.add(R"({"nack":1,"fields":{"a":1}})"));
  CHECK(batch.add(R"({"topic":"r","fields":{"b":2}})"));
  const auto entries = batch.publications();
  REQUIRE(entries.size() == 1);
  REQUIRE(entries[0].field_count == 1);
  CHECK(to_view(entries[0].fields[0].name) == "b");
}

TEST_CASE("a line that is cut off anywhere is bad, and never read beyond its end") {
  const std::string line =
      R"({"topic":"a\u00e9","key":"k","mid":"m","id":12,"fields":{"x":[1,2.5e1,"y"],"z":null}})";
  FeedBatch batch;
  for (std::size_t size = 1; size < line.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(batch.add(std::string(line, 0, size)));
  }
  CHECK(batch.add(line));
}

}  // namespace weir::adapters::common
