#include "clients/cli/recorder.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {
namespace {

using protocol::Kind;

/// A recorder and its clock.
struct Fixture {
  Recorder recorder{{"#"}};
  cpp::TimePoint now{std::chrono::hours(5)};

  std::string introduce(Kind kind, const std::string& epoch = "e1") {
    return recorder.on(cpp::TopicIntroduced{"t", kind, {epoch, 0}}, now).out;
  }
  std::string deliver(Kind kind,
                      std::optional<std::string> json,
                      std::optional<std::string> changed_fields = {}) {
    cpp::Delivered delivery;
    delivery.topic = "t";
    delivery.kind = kind;
    if (json) delivery.data = protocol::Payload{protocol::PayloadFormat::json, std::move(*json)};
    delivery.changed_fields = std::move(changed_fields);
    return recorder.on(delivery, now).out;
  }
  std::string deliver_rows(std::vector<cpp::DeliveredRow> rows, std::vector<std::string> removed) {
    cpp::Delivered delivery;
    delivery.topic = "t";
    delivery.kind = Kind::table;
    delivery.rows = std::move(rows);
    delivery.removed_rows = std::move(removed);
    return recorder.on(delivery, now).out;
  }
};

}  // namespace

TEST_CASE("what makes no sense is told before anybody is asked") {
  const RecordOptions good{.url = "ws://h/ws", .filters = {"a/#"}, .file = "f", .duration = {}};
  CHECK(Recorder::check(good).has_value());
  auto bad = good;
  bad.filters = {"a//b"};
  CHECK(Recorder::check(bad).error().find("\"a//b\"") == 0);
  bad.filters.clear();
  CHECK_FALSE(Recorder::check(bad).has_value());
  bad = good;
  bad.file.clear();
  CHECK_FALSE(Recorder::check(bad).has_value());
}

TEST_CASE("it subscribes to the state and to every entry behind it") {
  CHECK(Recorder::subscription().delivery == protocol::Delivery::all);
  CHECK(Recorder::subscription().snapshot == true);
}

TEST_CASE_FIXTURE(Fixture, "values are lines of data with the time since the first one") {
  CHECK(introduce(Kind::value).empty());
  CHECK(deliver(Kind::value, "{\n\"bid\":1.10}") ==
        "{\"at_ms\":0,\"topic\":\"t\",\"data\":{ \"bid\":1.10}}\n");
  now += std::chrono::milliseconds(1250);
  CHECK(deliver(Kind::value, "2") == "{\"at_ms\":1250,\"topic\":\"t\",\"data\":2}\n");
  CHECK(deliver(Kind::value, {}) == "{\"at_ms\":1250,\"topic\":\"t\",\"delete\":true}\n");
}

TEST_CASE_FIXTURE(Fixture, "records are their fields, then what changed") {
  CHECK(deliver(Kind::record, R"({"a":1,"b":2})") ==
        "{\"at_ms\":0,\"topic\":\"t\",\"fields\":{\"a\":1,\"b\":2}}\n");
  CHECK(deliver(Kind::record, R"({"a":3})", R"({"a":3,"b":null})") ==
        "{\"at_ms\":0,\"topic\":\"t\",\"fields\":{\"a\":3,\"b\":null}}\n");
  CHECK(deliver(Kind::record, {}) == "{\"at_ms\":0,\"topic\":\"t\",\"delete\":true}\n");
}

TEST_CASE_FIXTURE(Fixture, "a whole that is not the first replaces the record") {
  CHECK_FALSE(deliver(Kind::record, R"({"a":1,"b":2})").empty());
  CHECK(deliver(Kind::record, R"({"a":1})") ==
        "{\"at_ms\":0,\"topic\":\"t\",\"delete\":true}\n"
        "{\"at_ms\":0,\"topic\":\"t\",\"fields\":{\"a\":1}}\n");
}

TEST_CASE_FIXTURE(Fixture, "an empty record is one, and no value") {
  CHECK(deliver(Kind::record, {}) == "{\"at_ms\":0,\"topic\":\"t\",\"fields\":{}}\n");
}

TEST_CASE_FIXTURE(Fixture, "tables are their rows, then what changed of which") {
  CHECK(deliver_rows({{"r1", R"({"x":1})", {}}, {"r2", "{}", {}}}, {}) ==
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r1\",\"fields\":{\"x\":1}}\n"
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r2\",\"fields\":{}}\n");
  CHECK(deliver_rows({{"r1", R"({"x":2,"y":1})", R"({"x":2})"}}, {"r2"}) ==
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r2\",\"delete\":true}\n"
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r1\",\"fields\":{\"x\":2}}\n");
}

TEST_CASE_FIXTURE(Fixture, "a row that was replaced keeps no field of before") {
  CHECK_FALSE(deliver_rows({{"r1", R"({"x":1})", {}}}, {}).empty());
  CHECK(deliver_rows({{"r1", R"({"y":1})", {}}}, {}) ==
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r1\",\"delete\":true}\n"
        "{\"at_ms\":0,\"topic\":\"t\",\"key\":\"r1\",\"fields\":{\"y\":1}}\n");
}

TEST_CASE_FIXTURE(Fixture, "a new epoch begins with nothing, but for streams") {
  CHECK(introduce(Kind::record).empty());
  CHECK(introduce(Kind::record, "e2").empty());  // nothing has been recorded
  CHECK_FALSE(deliver(Kind::record, R"({"a":1})").empty());
  CHECK(introduce(Kind::record, "e2").empty());
  CHECK(introduce(Kind::record, "e3") == "{\"at_ms\":0,\"topic\":\"t\",\"delete\":true}\n");
}

TEST_CASE_FIXTURE(Fixture, "streams are told, because the file does not say what they are") {
  CHECK(recorder.on_end().err == "weir record: 0 lines, 0 bytes, 0 topics\n");
  CHECK(introduce(Kind::stream).empty());
  CHECK_FALSE(deliver(Kind::stream, "1").empty());
  CHECK(introduce(Kind::stream, "e2").empty());
  const auto output = recorder.on_end();
  CHECK(output.exit == ExitCode::done);
  CHECK(output.err ==
        "weir record: 1 lines, 33 bytes, 1 topics\n"
        "weir record: where it is replayed, [[topics]] must say kind = \"stream\" for t\n");
}

TEST_CASE_FIXTURE(Fixture, "what else happens is told, and may be the end") {
  const auto gap = recorder.on(cpp::Gap{"a", 3, 9, protocol::GapCause::overflow, 6}, now);
  CHECK(gap.err.starts_with("weir record: gap in a: 6 entries lost"));
  CHECK_FALSE(gap.exit.has_value());
  CHECK(recorder.on(cpp::Ready{"#"}, now).err.empty());
  const auto end = recorder.on(cpp::Disconnected{4503, "forbidden", {}}, now);
  CHECK(end.exit == ExitCode::failed);
}

}  // namespace weir::clients::cli
