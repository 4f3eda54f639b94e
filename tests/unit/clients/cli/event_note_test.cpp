#include "clients/cli/event_note.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace weir::clients::cli {
namespace {

struct Row {
  std::string_view name;
  cpp::ClientEvent event;
  std::string_view sentence;
  std::optional<ExitCode> exit;
};

}  // namespace

TEST_CASE("each event has its sentence, and some are the end") {
  const protocol::Error forbidden{protocol::ErrorCode::forbidden, "not you"};
  const Row rows[] = {
      {"connected", cpp::Connected{"s1", "weir/1", {}}, "connected to weir/1, session s1", {}},
      {"lost",
       cpp::Disconnected{1006, "gone.", cpp::Duration(1500)},
       "disconnected (gone.), trying again in 1.5 s",
       {}},
      {"end", cpp::Disconnected{4503, "forbidden", {}}, "forbidden", ExitCode::failed},
      {"end without a reason",
       cpp::Disconnected{1000, "", {}},
       "closed with code 1000",
       ExitCode::failed},
      {"accepted", cpp::Reply{1, {}, {}, 5.0}, "", {}},
      {"refused", cpp::Reply{1, forbidden, {}, {}}, "forbidden: not you", ExitCode::refused},
      {"problem", cpp::Problem{forbidden}, "forbidden: not you", {}},
      {"topic", cpp::TopicIntroduced{"a", protocol::Kind::value, {"e1", 0}}, "", {}},
      {"ready", cpp::Ready{"a/#"}, "", {}},
      {"gap",
       cpp::Gap{"a", 3, 9, protocol::GapCause::overflow, 6},
       "gap in a: 6 entries lost, from 3 to 9 (overflow)",
       {}},
      {"gap of unknown size",
       cpp::Gap{"a", {}, 9, protocol::GapCause::epoch, {}},
       "gap in a: an unknown number of entries lost, from ? to 9 (epoch)",
       {}},
      {"stale", cpp::Stale{"a", true}, "a is stale: its source is away", {}},
      {"live", cpp::Stale{"a", false}, "a is live again", {}},
      {"goodbye",
       cpp::Goodbye{1012, "restart", {}},
       "the gateway says goodbye: restart (1012)",
       {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto note = note_of(row.event);
    CHECK(note.sentence == row.sentence);
    CHECK(note.exit == row.exit);
  }
}

}  // namespace weir::clients::cli
