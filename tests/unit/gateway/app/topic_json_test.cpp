#include "gateway/app/topic_json.hpp"

#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

using protocol::Kind;
using protocol::Operation;
using topics::TopicLog;

protocol::Entry value(std::string bytes,
                      protocol::PayloadFormat format = protocol::PayloadFormat::json) {
  protocol::Entry entry;
  entry.payload = {format, std::move(bytes)};
  return entry;
}

protocol::Entry change(Operation operation,
                       std::string key = {},
                       std::vector<protocol::Field> fields = {}) {
  protocol::Entry entry;
  entry.operation = operation;
  entry.key = std::move(key);
  entry.fields = std::move(fields);
  return entry;
}

void append(TopicLog& log, protocol::Entry entry) {
  entry.prev = log.head().offset;
  entry.offset = entry.prev + 1;
  entry.index = entry.offset;
  entry.unix_ms = 1'790'000'000'123;
  log.append(std::make_shared<const protocol::Entry>(std::move(entry)));
}

/// The object from "offset" on.
std::string text_of(const TopicLog& log) {
  const auto text = to_json("a\"b", *log.share_state());
  const auto begin =
      R"({"topic":"a\"b","kind":")" + std::string(name(log.kind())) + R"(","epoch":"e1",)";
  REQUIRE(text.starts_with(begin));
  REQUIRE(text.ends_with("\n"));
  return text.substr(begin.size(), text.size() - begin.size() - 1);
}

constexpr const char* time = R"("time":"2026-09-21T14:13:20.123Z")";

}  // namespace

TEST_CASE("a value or event is told verbatim, bytes as such, and what is absent not at all") {
  TopicLog log(Kind::value, "e1", {});
  CHECK(text_of(log) == R"("offset":0})");
  append(log, value("1.10"));
  CHECK(text_of(log) == R"("offset":1,)" + std::string(time) + R"(,"data":1.10})");
  append(log, value("\xff", protocol::PayloadFormat::bytes));
  CHECK(text_of(log).ends_with(R"(,"data":{"b64":"/w=="}})"));
  append(log, change(Operation::remove));
  CHECK(text_of(log) == R"("offset":3,)" + std::string(time) + "}");
  append(log, change(Operation::gap));
  CHECK(text_of(log) == R"("offset":4,)" + std::string(time) + "}");
}

TEST_CASE("a record is told with all its fields, a table with all its rows") {
  TopicLog record(Kind::record, "e1", {});
  CHECK(text_of(record) == R"("offset":0,"data":{}})");
  append(record, change(Operation::update, {}, {{"x", "1"}, {"y\n", "[2]"}}));
  append(record, change(Operation::update, {}, {{"z", "3"}, {"x", "null"}}));
  CHECK(text_of(record).ends_with(R"(,"data":{"y\n":[2],"z":3}})"));

  TopicLog table(Kind::table, "e1", {});
  append(table, change(Operation::update, "r1", {{"x", "1"}}));
  append(table, change(Operation::update, "r2", {}));
  append(table, change(Operation::update, "r3", {{"x", "3"}}));
  append(table, change(Operation::remove, "r1"));
  CHECK(text_of(table).ends_with(R"(,"data":{"r2":{},"r3":{"x":3}}})"));
}

}  // namespace weir::gateway::app
