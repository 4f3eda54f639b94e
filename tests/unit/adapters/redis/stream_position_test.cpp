#include "adapters/redis/stream_position.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::redis {
namespace {

StreamPosition at(std::string id, std::optional<std::uint64_t> ordinal) {
  return {.id = std::move(id), .fingerprint = 7, .ordinal = ordinal};
}

StreamInfo info(std::string first_id,
                std::string last_id,
                std::uint64_t length,
                std::optional<std::uint64_t> added) {
  return {.exists = true,
          .last_id = std::move(last_id),
          .first_id = std::move(first_id),
          .length = length,
          .added = added};
}

}  // namespace

TEST_CASE("ids are compared as numbers") {
  CHECK(is_older("9-1", "10-0"));
  CHECK(is_older("10-9", "10-10"));
  CHECK_FALSE(is_older("10-1", "10-1"));
  CHECK_FALSE(is_older("10-1", "9-5"));
}

TEST_CASE("a stream is begun behind its newest entry, or before its oldest") {
  const StreamInfo found = info("5-0", "9-0", 3, 8);
  CHECK(newest_position(found).id == "9-0");
  CHECK(newest_position(found).ordinal == 8);
  CHECK(oldest_position(found).id == "0-0");
  CHECK(oldest_position(found).ordinal == 5);
  CHECK(newest_position(StreamInfo()).id == "0-0");
  CHECK(newest_position(StreamInfo()).ordinal == 0);
}

TEST_CASE("whether something was lost when the last entry is not there any more") {
  constexpr auto lost = [](const StreamPosition& position, const StreamInfo& found) {
    return judge(position, found).loss;
  };
  struct Row {
    const char* name;
    StreamPosition position;
    StreamInfo found;
    std::optional<weir_cause> loss;
  };
  for (const Row& row : {
           Row{"nothing came after it", at("5-0", 5), info("0-0", "5-0", 0, 5), {}},
           Row{"its successor is the oldest", at("5-0", 5), info("6-0", "9-0", 4, 9), {}},
           Row{"one was trimmed", at("5-0", 5), info("7-0", "9-0", 3, 9), WEIR_CAUSE_TRUNCATED},
           Row{"all were trimmed", at("5-0", 5), info("0-0", "9-0", 0, 9), WEIR_CAUSE_TRUNCATED},
           Row{"it was deleted alone", at("5-0", 5), info("1-0", "9-0", 8, 9), WEIR_CAUSE_SOURCE},
           Row{"rolled back", at("5-0", 5), info("1-0", "3-0", 3, 3), WEIR_CAUSE_SOURCE},
           Row{"rolled back, then more", at("5-0", 5), info("1-0", "9-0", 6, 6), WEIR_CAUSE_SOURCE},
           Row{"the stream is gone", at("5-0", 5), StreamInfo(), WEIR_CAUSE_SOURCE},
           Row{"it never was", at("0-0", 0), StreamInfo(), {}},
           Row{"an old server, behind",
               at("5-0", {}),
               info("6-0", "9-0", 4, {}),
               WEIR_CAUSE_TRUNCATED},
           Row{"an old server, not behind",
               at("5-0", {}),
               info("4-0", "9-0", 4, {}),
               WEIR_CAUSE_SOURCE},
           Row{"an old server, nothing new", at("5-0", {}), info("0-0", "5-0", 0, {}), {}},
       }) {
    CAPTURE(row.name);
    CHECK(lost(row.position, row.found) == row.loss);
  }
}

TEST_CASE("it goes on with what is left") {
  const StreamVerdict trimmed = judge(at("5-0", 5), info("7-0", "9-0", 3, 9));
  CHECK(trimmed.position.id == "5-0");
  CHECK(trimmed.position.ordinal == 6);
  CHECK_FALSE(trimmed.position.fingerprint);
  CHECK(judge(at("5-0", 5), info("1-0", "3-0", 3, 3)).position.id == "3-0");
  CHECK(judge(at("5-0", 5), StreamInfo()).position.id == "0-0");
}

}  // namespace weir::adapters::redis
