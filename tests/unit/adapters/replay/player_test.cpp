#include "adapters/replay/player.hpp"

#include "adapters/abi/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::adapters::replay {
namespace {

using abi::to_view;
using std::chrono::milliseconds;

/// Plays `text` on a clock that jumps to whatever the player waits for, reading `piece` bytes at a
/// time. Notes what happened: "data@ms" for each entry.
struct Stage {
  explicit Stage(std::string recording, double speed = 1, std::size_t line_bytes_max = 1000)
      : text(std::move(recording)),
        player({.line_bytes_max = line_bytes_max, .speed = speed}, TimePoint{}) {}

  std::vector<std::string> play(std::size_t piece = 1000) {
    std::vector<std::string> seen;
    for (;;) {
      const auto step = player.next(now);
      for (auto& line : player.take_skipped()) skipped.push_back(std::move(line));
      if (std::holds_alternative<Player::End>(step)) return seen;
      if (std::holds_alternative<Player::Read>(step)) read(piece);
      if (const auto* wait = std::get_if<Player::Wait>(&step)) {
        REQUIRE(wait->until > now);
        now = wait->until;
      }
      if (const auto* due = std::get_if<Player::Publish>(&step)) {
        REQUIRE(due->entries.size() <= Player::batch_lines_max);
        for (const auto& entry : due->entries) {
          seen.push_back(std::string(to_view(entry.payload)) + "@" + std::to_string(elapsed()));
          receipts.push_back(entry.receipt);
        }
      }
    }
  }
  void read(std::size_t piece) {
    const auto to = player.prepare();
    const std::size_t bytes = std::min({piece, to.size(), text.size() - at});
    std::copy_n(text.data() + at, bytes, to.data());
    at += bytes;
    player.on_read(bytes);
  }
  [[nodiscard]] std::int64_t elapsed() const {
    return std::chrono::duration_cast<milliseconds>(now - TimePoint{}).count();
  }

  std::string text;
  std::size_t at = 0;
  TimePoint now{};
  Player player;
  std::vector<SkippedLine> skipped;
  std::vector<std::uint64_t> receipts;
};

std::string line(std::uint64_t at_ms, int data) {
  return R"({"at_ms":)" + std::to_string(at_ms) + R"(,"topic":"a","data":)" + std::to_string(data) +
         "}\n";
}

}  // namespace

TEST_CASE("each line comes when it is due, wherever the file was cut") {
  const std::string text = line(0, 1) + line(0, 2) + "\n" + line(100, 3) + line(250, 4);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CAPTURE(piece);
    Stage stage(text);
    CHECK(stage.play(piece) == std::vector<std::string>{"1@0", "2@0", "3@100", "4@250"});
    CHECK(stage.receipts == std::vector<std::uint64_t>{1, 2, 4, 5});
    CHECK(stage.player.lines() == 5);
    CHECK(stage.skipped.empty());
  }
}

TEST_CASE("the speed scales it, and 0 waits for nothing") {
  const std::string text = line(0, 1) + line(1000, 2) + line(3000, 3);
  CHECK(Stage(text, 20).play() == std::vector<std::string>{"1@0", "2@50", "3@150"});
  CHECK(Stage(text, 0).play() == std::vector<std::string>{"1@0", "2@0", "3@0"});
}

TEST_CASE("a line without a time comes with the line before it, and so does one from before") {
  const std::string text = R"({"topic":"a","data":1})"
                           "\n" +
                           line(100, 2) +
                           R"({"topic":"a","data":3})"
                           "\n" +
                           line(50, 4) + line(120, 5);
  CHECK(Stage(text).play() == std::vector<std::string>{"1@0", "2@100", "3@100", "4@100", "5@120"});
}

TEST_CASE("who comes late gets at once what is due by then, and no more") {
  Stage stage(line(0, 1) + line(100, 2) + line(200, 3) + line(300, 4));
  stage.now += milliseconds(200);
  CHECK(stage.play() == std::vector<std::string>{"1@200", "2@200", "3@200", "4@300"});
}

TEST_CASE("the last line needs no end, and an empty recording is at its end") {
  std::string text = line(5, 1);
  text.pop_back();
  CHECK(Stage(text).play() == std::vector<std::string>{"1@5"});
  CHECK(Stage("").play().empty());
  CHECK(Stage("\n\n").play().empty());
}

TEST_CASE("bad lines are skipped and told with their numbers") {
  const std::string bad = "{\"topic\":\n";
  Stage stage(bad + line(10, 1) + "{\"ack\":1}\n" + std::string(101, ' ') + "\n" +
                  R"({"at_ms":-1,"topic":"a","data":1})" + "\n" + line(20, 2),
              1,
              100);
  CHECK(stage.play(7) == std::vector<std::string>{"1@10", "2@20"});
  REQUIRE(stage.skipped.size() == 4);
  CHECK(stage.skipped[0].number == 1);
  CHECK(stage.skipped[0].error.code == protocol::ErrorCode::bad_request);
  CHECK(stage.skipped[1].number == 3);
  CHECK(stage.skipped[2].number == 4);
  CHECK(stage.skipped[2].error.code == protocol::ErrorCode::too_big);
  CHECK(stage.skipped[3].number == 5);
}

TEST_CASE("a batch has its limit, and all entries of it are handed out") {
  std::string text;
  std::vector<std::string> wanted;
  for (int i = 0; i < 1000; ++i) {
    text += line(0, i);
    wanted.push_back(std::to_string(i) + "@0");
  }
  CHECK(Stage(text).play(1 << 20) == wanted);
}

TEST_CASE("fields stay with their entries while the lines behind them are read") {
  Stage stage(R"({"at_ms":0,"topic":"r","fields":{"a":1,"b":2}})"
              "\n"
              R"({"at_ms":10,"topic":"r","fields":{"c":3}})"
              "\n");
  stage.read(1000);
  const auto first = stage.player.next(stage.now);
  REQUIRE(std::holds_alternative<Player::Publish>(first));
  const auto entries = std::get<Player::Publish>(first).entries;
  REQUIRE(entries.size() == 1);
  REQUIRE(entries[0].field_count == 2);
  CHECK(to_view(entries[0].fields[1].name) == "b");
  CHECK(std::holds_alternative<Player::Wait>(stage.player.next(stage.now)));
  const auto second = stage.player.next(stage.now + milliseconds(10));
  REQUIRE(std::holds_alternative<Player::Publish>(second));
  CHECK(to_view(std::get<Player::Publish>(second).entries[0].fields[0].name) == "c");
}

}  // namespace weir::adapters::replay
