#include "adapters/redis/stream_reader.hpp"

#include "tests/unit/adapters/redis/resp.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <variant>
#include <vector>

namespace weir::adapters::redis {
namespace {

const Words ask_info{"XINFO", "STREAM", "s"};

Words ask_range(const std::string& from) {
  return {"XRANGE", "s", from, "+", "COUNT", "257"};
}

Words ask_news(const std::string& from) {
  return {"XREAD", "COUNT", "1", "BLOCK", "5000", "STREAMS", "s", from};
}

std::string entry(const std::string& id, const std::vector<std::string>& fields) {
  std::vector<std::string> items;
  for (const std::string& field : fields) items.push_back(bulk(field));
  return list({bulk(id), list(items)});
}

/// One with nothing of interest in it.
std::string entry(const std::string& id) {
  return entry(id, {"n", id});
}

std::string news() {
  return list({list({bulk("s"), list({entry("9-9")})})});
}

std::string info(const std::string& first, const std::string& last, int length, int added) {
  return list({bulk("length"),
               ":" + std::to_string(length) + "\r\n",
               bulk("last-generated-id"),
               bulk(last),
               bulk("entries-added"),
               ":" + std::to_string(added) + "\r\n",
               bulk("first-entry"),
               length == 0 ? std::string("$-1\r\n") : entry(first)});
}

struct Fixture {
  StreamReader::Options options{.streams = {"s"},
                                .from = From::newest,
                                .payload = "",
                                .body_bytes_max = 100,
                                .wait = std::chrono::milliseconds(5000)};
  StreamReader reader{options};
  std::deque<common::BrokerEvent> events;

  Words answer(const std::string& bytes) {
    const auto words = reader.on_reply(*resp(bytes), events);
    REQUIRE(words);
    return *words;
  }
  /// Bodies, and losses with their cause.
  std::vector<std::string> take() {
    std::vector<std::string> found;
    for (const auto& event : events) {
      if (const auto* message = std::get_if<common::Message>(&event))
        found.push_back(message->body);
      else if (const auto* loss = std::get_if<common::Loss>(&event))
        found.push_back("loss " + std::to_string(loss->cause) + " of " +
                        loss->origin.value_or("?"));
    }
    events.clear();
    return found;
  }
};

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a stream is read from its end on, and then waited for") {
  CHECK(reader.begin() == ask_info);
  CHECK(answer(info("1-0", "5-0", 5, 5)) == ask_range("5-0"));
  CHECK(answer(list({entry("5-0")})) == ask_news("5-0"));
  CHECK(take().empty());
  CHECK(answer("*-1\r\n") == ask_news("5-0"));
  CHECK(answer(news()) == ask_range("5-0"));
  CHECK(answer(list({entry("5-0"), entry("6-0"), entry("6-1")})) == ask_news("6-1"));
  CHECK(take() == Found{R"({"n":"6-0"})", R"({"n":"6-1"})"});
}

TEST_CASE_FIXTURE(Fixture, "from its oldest entry, batch by batch") {
  options.from = From::oldest;
  reader = StreamReader(options);
  CHECK(reader.begin() == ask_info);
  CHECK(answer(info("1-1", "1-300", 300, 300)) == ask_range("0-0"));
  std::vector<std::string> entries;
  for (int i = 1; i <= 257; ++i) entries.push_back(entry("1-" + std::to_string(i)));
  CHECK(answer(list(entries)) == ask_range("1-257"));
  CHECK(take().size() == 257);
  CHECK(answer(list({entry("1-257"), entry("1-258")})) == ask_news("1-258"));
  CHECK(take() == Found{R"({"n":"1-258"})"});
}

TEST_CASE_FIXTURE(Fixture, "a stream that is not there yet is waited for") {
  CHECK(reader.begin() == ask_info);
  CHECK(answer("-ERR no such key\r\n") == ask_range("0-0"));
  CHECK(answer("*0\r\n") == ask_news("0-0"));
  CHECK(answer(news()) == ask_range("0-0"));
  CHECK(answer(list({entry("1-0")})) == ask_news("1-0"));
  CHECK(take() == Found{R"({"n":"1-0"})"});
}

TEST_CASE_FIXTURE(Fixture, "a new connection goes on where the one before was") {
  static_cast<void>(reader.begin());
  static_cast<void>(answer(info("1-0", "5-0", 5, 5)));
  static_cast<void>(answer(list({entry("5-0"), entry("6-0")})));
  CHECK(take().size() == 1);
  CHECK(reader.begin() == ask_range("6-0"));
  CHECK(answer(list({entry("6-0"), entry("7-0")})) == ask_news("7-0"));
  CHECK(take() == Found{R"({"n":"7-0"})"});
}

TEST_CASE_FIXTURE(Fixture, "entries that were trimmed before they were read are a loss") {
  static_cast<void>(reader.begin());
  static_cast<void>(answer(info("1-0", "5-0", 5, 5)));
  static_cast<void>(answer(list({entry("5-0"), entry("6-0")})));
  static_cast<void>(take());
  static_cast<void>(answer(news()));
  CHECK(answer(list({entry("8-0"), entry("9-0")})) == ask_info);
  CHECK(take().empty());
  CHECK(answer(info("8-0", "9-0", 2, 9)) == ask_range("6-0"));
  CHECK(answer(list({entry("8-0"), entry("9-0")})) == ask_news("9-0"));
  CHECK(take() == Found{"loss 2 of s", R"({"n":"8-0"})", R"({"n":"9-0"})"});
}

TEST_CASE_FIXTURE(Fixture, "only what was read already was trimmed: nothing is lost") {
  static_cast<void>(reader.begin());
  static_cast<void>(answer(info("1-0", "5-0", 5, 5)));
  static_cast<void>(answer(list({entry("5-0"), entry("6-0")})));
  static_cast<void>(take());
  static_cast<void>(answer(news()));
  CHECK(answer(list({entry("7-0")})) == ask_info);
  CHECK(answer(info("7-0", "7-0", 1, 7)) == ask_range("6-0"));
  CHECK(answer(list({entry("7-0")})) == ask_news("7-0"));
  CHECK(take() == Found{R"({"n":"7-0"})"});
}

TEST_CASE_FIXTURE(Fixture, "the same id with something else in it is another life of the stream") {
  static_cast<void>(reader.begin());
  static_cast<void>(answer(info("1-0", "5-0", 5, 5)));
  static_cast<void>(answer(list({entry("5-0"), entry("6-0")})));
  static_cast<void>(take());
  CHECK(reader.begin() == ask_range("6-0"));
  CHECK(answer(list({entry("6-0", {"n", "other"}), entry("7-0")})) == ask_news("7-0"));
  CHECK(take() == Found{"loss 0 of s", R"({"n":"7-0"})"});
}

TEST_CASE_FIXTURE(Fixture, "one field may be the body, and the others can be asked for") {
  options.payload = "data";
  reader = StreamReader(options);
  static_cast<void>(reader.begin());
  static_cast<void>(answer("-ERR no such key\r\n"));
  static_cast<void>(
      answer(list({entry("1-0", {"id", "7", "data", R"({"a":1})", "bad", "\xff"}), entry("2-0")})));
  REQUIRE(events.size() == 2);
  const auto& message = std::get<common::Message>(events[0]);
  CHECK(message.subject == "s");
  CHECK(message.origin == "s");
  CHECK(message.body == R"({"a":1})");
  using Headers = decltype(common::Message::headers);
  CHECK(message.headers == Headers{{"id", "7"}});
  CHECK(std::get<common::Message>(events[1]).body.empty());
}

TEST_CASE_FIXTURE(Fixture, "an entry that is too big is left out, and told") {
  static_cast<void>(reader.begin());
  static_cast<void>(answer("-ERR no such key\r\n"));
  static_cast<void>(answer(list({entry("1-0", {"a", std::string(100, 'x')})})));
  REQUIRE(events.size() == 1);
  const auto& message = std::get<common::Message>(events[0]);
  CHECK(message.is_too_big);
  CHECK(message.body.empty());
  CHECK(message.body_bytes == 108);
}

TEST_CASE_FIXTURE(Fixture, "what the server says against it ends the connection") {
  static_cast<void>(reader.begin());
  const auto refused = reader.on_reply(*resp("-LOADING not yet\r\n"), events);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == "LOADING not yet");
}

}  // namespace weir::adapters::redis
