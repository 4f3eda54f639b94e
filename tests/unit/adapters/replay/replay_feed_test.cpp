#include "adapters/replay/replay_feed.hpp"

#include "adapters/abi/adapter_instance.hpp"
#include "adapters/replay/replay_adapter.hpp"
#include "tests/support/recording_port.hpp"
#include "tests/unit/adapters/replay/temporary_recording.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weir::adapters::replay {
namespace {

using abi::Answer;
using abi::PublishAnswer;

/// The replay adapter, through the ABI, on a small recording: 1, 2, 3 on the topic `a`.
struct Fixture {
  std::string text =
      "{\"topic\":\"a\",\"data\":1}\n{\"at_ms\":20,\"topic\":\"a\",\"data\":2}\n"
      "{\"at_ms\":40,\"topic\":\"a\",\"data\":3}\n";
  std::optional<tests::TemporaryRecording> recording;
  tests::RecordingPort port;
  std::optional<abi::AdapterInstance> instance;

  void open(const std::string& keys, bool has_file = true) {
    if (!recording) recording.emplace(text);
    const std::string config = R"({"file":")" + recording->path() + "\"" + keys + "}";
    if (!has_file) std::filesystem::remove(recording->path());
    instance.emplace(
        abi::checked_code(weir_replay_adapter_entry(WEIR_ABI_VERSION), abi::Trust::built_in),
        abi::AdapterSettings{.name = "replay", .config_json = config, .topics = {}},
        port);
    instance->start();
  }
  std::vector<std::string> take() {
    std::vector<std::string> data;
    for (const auto& item : port.take_items()) data.push_back(item.publication.payload.bytes);
    return data;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "it plays the recording once and says so") {
  for (const char* keys : {R"(,"speed":0)", R"(,"speed":2)"}) {
    CAPTURE(keys);
    open(keys);
    CHECK(port.wait_for_reason("has played the 3 lines"));
    CHECK(take() == std::vector<std::string>{"1", "2", "3"});
    CHECK(port.wait_for_status(abi::SourceState::up));
    instance.reset();
  }
}

TEST_CASE_FIXTURE(Fixture, "in a loop it begins again at the end") {
  open(R"(,"loop":true)");
  CHECK(port.wait_for_items(7));
  instance.reset();
  auto data = take();
  data.resize(7);
  CHECK(data == std::vector<std::string>{"1", "2", "3", "1", "2", "3", "1"});
}

TEST_CASE_FIXTURE(Fixture, "a recording that is not there is refused") {
  CHECK_THROWS_WITH_AS(open("", false),
                       doctest::Contains("cannot be read: No such file or directory"),
                       abi::AdapterError);
}

TEST_CASE_FIXTURE(Fixture, "one that has gone between two rounds is a source that is down") {
  open(R"(,"loop":true)");
  CHECK(port.wait_for_items(1));
  const std::string away = recording->path() + ".away";
  std::filesystem::rename(recording->path(), away);
  CHECK(port.wait_for_status(abi::SourceState::down));
  CHECK(port.wait_for_reason("cannot be read"));
  std::filesystem::rename(away, recording->path());
  CHECK(port.wait_for_status(abi::SourceState::up));
}

TEST_CASE_FIXTURE(Fixture, "after slow_down it waits for resumed, which may come at once") {
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  open("");
  CHECK(port.wait_for_items(1));
  CHECK(port.publish_calls() == 1);
  port.answer_with([this](auto) {
    instance->resumed();
    return PublishAnswer{Answer::slow_down, 0, {}};
  });
  instance->resumed();
  CHECK(port.wait_for_items(3));
  CHECK(port.wait_for_reason("has played"));
  CHECK(take() == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE_FIXTURE(Fixture, "it can be stopped while it waits for the gateway, or for a time") {
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  open("");
  CHECK(port.wait_for_items(1));
  instance.reset();
  port.answer_with({});
  recording.emplace("{\"at_ms\":3600000,\"topic\":\"a\",\"data\":1}\n");
  open("");
  CHECK(port.wait_for_reason("playing"));
  instance.reset();
  CHECK(port.item_count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "bad lines and refused ones are told with file and line, and skipped") {
  text =
      "nonsense\n{\"topic\":\"a\",\"data\":1}\n{\"topic\":\"a\",\"data\":2}\n"
      "{\"topic\":\"a\",\"data\":3}\n";
  port.answer_with([](auto items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].publication.payload.bytes == "2")
        return PublishAnswer{Answer::refused, i, {protocol::ErrorCode::wrong_kind, "no"}};
    }
    return PublishAnswer{};
  });
  open("");
  CHECK(port.wait_for_reason("has played the 4 lines"));
  CHECK(take() == std::vector<std::string>{"1", "3"});
  CHECK(instance->counters().at("bad_lines") == 2);
  const auto logs = port.reports<abi::LogReport>();
  REQUIRE(logs.size() == 2);
  CHECK(logs[0].text.starts_with(recording->path() + ":1: "));
  CHECK(logs[1].text.starts_with(recording->path() + ":3: "));
}

TEST_CASE_FIXTURE(Fixture, "what the gateway refuses later is a bad line as well") {
  open(R"(,"speed":0)");
  CHECK(port.wait_for_reason("has played"));
  const auto items = port.take_items();
  REQUIRE(items.size() == 3);
  CHECK(items[1].wish == abi::ReceiptWish::errors);
  const std::vector<abi::Receipt> receipts{
      {items[1].receipt,
       protocol::Unexpected(protocol::Error{protocol::ErrorCode::wrong_kind, "a table"})}};
  instance->receipts(receipts);
  CHECK(instance->counters().at("bad_lines") == 1);
  const auto logs = port.reports<abi::LogReport>();
  REQUIRE(logs.size() == 1);
  CHECK(logs[0].text.starts_with(recording->path() + ":2: "));
}

}  // namespace weir::adapters::replay
