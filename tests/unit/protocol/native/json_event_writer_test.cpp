#include "protocol/native/json_event_writer.hpp"

#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace weir::protocol::native {

namespace {

std::string written(const Event& event) {
  std::string out;
  write_event(event, out);
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

TEST_CASE("an event is appended to what is there") {
  std::string out = "before";
  write_event(ReadyEvent{"a"}, out);
  CHECK(out == R"(before{"op":"ready","filter":"a"})");
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
