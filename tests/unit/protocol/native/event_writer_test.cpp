#include "protocol/native/event_writer.hpp"

#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace weir::protocol::native {

namespace {

std::string written(const Event& event) {
  std::string out;
  write_event(event, JsonSink(out));
  return out;
}

}  // namespace

TEST_CASE("an event is written as the vectors say, to the byte") {
  for (const auto& vector : tests::load_vectors("events.json")) {
    CAPTURE(vector.at("name"));
    tests::EventContent content;
    const auto event = tests::event_of(vector.at("means"), content);
    CHECK(written(event) == vector.at("text").get<std::string>());
  }
}

TEST_CASE("as CBOR it is the same to another library, and bytes are bytes") {
  for (const auto& vector : tests::load_vectors("events.json")) {
    CAPTURE(vector.at("name"));
    tests::EventContent content;
    const auto event = tests::event_of(vector.at("means"), content);
    std::string out = "before";
    write_event(event, CborSink(out));
    auto json = nlohmann::json::parse(vector.at("text").get<std::string>());
    if (content.payload.format == PayloadFormat::bytes) {
      const auto& bytes = content.payload.bytes;
      json["d"] = nlohmann::json::binary({bytes.begin(), bytes.end()});
    }
    CHECK(nlohmann::json::from_cbor(out.substr(6)) == json);
  }
}

TEST_CASE("an event is appended to what is there") {
  std::string out = "before";
  write_event(ReadyEvent{"a"}, JsonSink(out));
  CHECK(out == R"(before{"op":"ready","filter":"a"})");
}

TEST_CASE("the whole of a record or table is data, and an empty one is cleared") {
  const FieldView bid{"b\"id", "1.10"};
  const auto changes = [](Kind kind, std::optional<Offset> base) {
    StateChanges out;
    out.kind = kind;
    out.base = base;
    return out;
  };
  auto record = changes(Kind::record, std::nullopt);
  record.fields = {bid};
  auto table = changes(Kind::table, std::nullopt);
  table.rows = {{"r1", {bid}}, {"r2", {}}};
  auto part = changes(Kind::table, std::nullopt);
  part.rows = {{"r1", {}}};
  part.has_more = true;
  struct Row {
    std::string name;
    StateChanges changes;
    std::string text;
  };
  const std::vector<Row> rows{
      {"a record", record, R"(,"d":{"b\"id":1.10})"},
      {"an empty record", changes(Kind::record, std::nullopt), R"(,"x":true)"},
      {"a table", table, R"(,"d":{"r1":{"b\"id":1.10},"r2":{}})"},
      {"a table's first part", part, R"(,"d":{"r1":{}},"m":true)"},
      {"an empty table", changes(Kind::table, std::nullopt), R"(,"x":true)"},
      {"no change of a record", changes(Kind::record, 9), R"(,"b":9,"f":{})"},
      {"no change of a table", changes(Kind::table, 9), R"(,"b":9,"k":{})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    DeliveryEvent event;
    event.number = 7;
    event.offset = 18;
    event.changes = &row.changes;
    event.is_snapshot = true;
    CHECK(written(event) == R"({"t":7,"o":18)" + row.text + R"(,"s":true})");
    CHECK(nlohmann::json::accept(written(event)));
  }
}

TEST_CASE("a reply to a limit of a filter tells its rate, one to a publish may tell nothing") {
  CHECK(written(ReplyEvent{7, LimitedReply{std::nullopt, 2.5}}) ==
        R"({"re":7,"ok":true,"max_rate":2.5})");
  CHECK(written(ReplyEvent{7, PublishedReply{}}) == R"({"re":7,"ok":true})");
}

TEST_CASE("every error and every close reason has its name and code on the wire") {
  for (const auto& row : error_table()) {
    const auto json = nlohmann::json::parse(written(ReplyEvent{1, Error{row.code, ""}}));
    CHECK(json.at("error").at("code") == row.name);
    CHECK(json.at("error").at("message") == row.text);
    CHECK(json.at("error").at("retry") == (row.retry == Retry::yes));
  }
  for (const auto& row : close_table()) {
    const auto json = nlohmann::json::parse(written(GoodbyeEvent{row.reason, std::nullopt}));
    CHECK(json.at("code") == row.code);
    CHECK(json.at("reason") == row.name);
  }
}

TEST_CASE("a detail that is not UTF-8 does not spoil the message") {
  const auto text = written(ErrorEvent{{ErrorCode::internal, "caf\xe9 \xf0\x9f"}});
  CHECK(nlohmann::json::parse(text).at("error").at("message") == "caf\uFFFD \uFFFD\uFFFD");
}

}  // namespace weir::protocol::native
