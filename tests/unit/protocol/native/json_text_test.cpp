#include "protocol/native/json_text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace weir::protocol::native {

namespace {

std::string time_text(std::int64_t unix_ms) {
  std::string out;
  append_time(unix_ms, out);
  return out;
}

}  // namespace

TEST_CASE("times are written and read back; beyond the calendar they are the nearest") {
  struct Row {
    std::int64_t unix_ms;
    std::string text;
  };
  const std::vector<Row> rows{{0, "1970-01-01T00:00:00.000Z"},
                              {951'782'399'999, "2000-02-28T23:59:59.999Z"},
                              {951'782'400'000, "2000-02-29T00:00:00.000Z"},
                              {1'790'000'000'123, "2026-09-21T14:13:20.123Z"},
                              {253'402'300'799'999, "9999-12-31T23:59:59.999Z"}};
  for (const auto& row : rows) {
    CHECK(time_text(row.unix_ms) == "\"" + row.text + "\"");
    CHECK(read_time(row.text) == row.unix_ms);
  }
  CHECK(time_text(-1) == time_text(0));
  CHECK(time_text(std::numeric_limits<std::int64_t>::max()) == time_text(253'402'300'799'999));
}

TEST_CASE("what is no such time is not read") {
  for (const std::string text : {"",
                                 "2026-09-21",
                                 "2026-09-21T14:13:20Z",
                                 "2026-09-21 14:13:20.123Z",
                                 "2026-09-21T14:13:20.123",
                                 "2026-09-21T14:13:20.123ZZ",
                                 "2026-02-29T00:00:00.000Z",
                                 "2026-13-01T00:00:00.000Z",
                                 "2026-01-01T24:00:00.000Z",
                                 "2026-01-01T00:60:00.000Z",
                                 "2026-01-01T00:00:60.000Z",
                                 "2o26-01-01T00:00:00.000Z",
                                 "-026-01-01T00:00:00.000Z"}) {
    CAPTURE(text);
    CHECK_FALSE(read_time(text));
  }
}

TEST_CASE("payloads go out and come in as they are") {
  std::string out;
  append_payload({PayloadFormat::json, R"({ "a":1.10 })"}, out);
  append_payload({PayloadFormat::bytes, std::string("\0\xff", 2)}, out);
  CHECK(out == R"({ "a":1.10 }{"b64":"AP8="})");

  const auto json = read_payload({JsonType::object, R"({ "a":1.10 })"});
  CHECK(json.payload == Payload{PayloadFormat::json, R"({ "a":1.10 })"});
  const auto bytes = read_payload({JsonType::object, R"({"b64":"AP8="})"});
  CHECK(bytes.payload == Payload{PayloadFormat::bytes, std::string("\0\xff", 2)});
  const auto broken = read_payload({JsonType::object, R"({"b64":"AP8"})"});
  CHECK(broken.is_broken_base64);
  CHECK(broken.payload == Payload{PayloadFormat::json, R"({"b64":"AP8"})"});
  const auto empty = read_payload({JsonType::object, "{}"});
  CHECK(empty.payload == Payload{PayloadFormat::json, "{}"});
}

}  // namespace weir::protocol::native
