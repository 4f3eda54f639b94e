#include "protocol/core/entry.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace weir::protocol {

TEST_CASE("every kind has the name that finds it again") {
  struct Row {
    Kind kind;
    std::string_view name;
  };
  for (const auto& row : {Row{Kind::value, "value"},
                          Row{Kind::record, "record"},
                          Row{Kind::table, "table"},
                          Row{Kind::stream, "stream"}}) {
    CHECK(name(row.kind) == row.name);
    CHECK(find_kind(row.name) == row.kind);
  }
  CHECK_FALSE(find_kind("queue"));
  CHECK_FALSE(find_kind(""));
  CHECK_FALSE(find_kind("Value"));
}

TEST_CASE("every cause of a gap has its name") {
  CHECK(name(GapCause::overflow) == "overflow");
  CHECK(name(GapCause::truncated) == "truncated");
  CHECK(name(GapCause::epoch) == "epoch");
  CHECK(name(GapCause::future) == "future");
  CHECK(name(GapCause::source) == "source");
  CHECK(name(GapCause::filtered) == "filtered");
  CHECK(name(GapCause::unknown) == "unknown");
}

TEST_CASE("an entry counts all that it carries") {
  Entry entry;
  CHECK(entry.content_bytes() == 0);
  entry.payload.bytes = "12345";
  CHECK(entry.content_bytes() == 5);
  entry.key = "row";
  entry.mid = "m1";
  CHECK(entry.content_bytes() == 10);
  entry.fields = {{"bid", "101.2"}, {"old", "null"}};
  CHECK(entry.content_bytes() == 10 + 8 + 7);
}

}  // namespace weir::protocol
