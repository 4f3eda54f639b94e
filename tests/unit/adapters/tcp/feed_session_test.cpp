#include "adapters/tcp/feed_session.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/adapters/tcp/feed_session_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace weir::adapters::tcp {
namespace {

using abi::Answer;
using abi::PublishAnswer;
using abi::PublishItem;

PublishAnswer refuse_all(std::span<PublishItem> /*items*/) {
  return {Answer::refused, 0, {protocol::ErrorCode::forbidden, "not yours"}};
}

}  // namespace

TEST_CASE_FIXTURE(SessionFixture, "the lines of one read are one call") {
  feed("{\"topic\":\"a\",\"data\":1.10}\n\n{\"topic\":\"b\",\"data\":\"x\",\"mid\":\"m\"}\n{\"to");
  CHECK(port.publish_calls() == 1);
  feed("pic\":\"c\",\"data\":{}}\n");
  const auto items = port.take_items();
  REQUIRE(items.size() == 3);
  CHECK(items[0].publication.payload.bytes == "1.10");
  CHECK(items[1].publication.mid == "m");
  CHECK(items[2].publication.topic == "c");
  CHECK(items[0].wish == abi::ReceiptWish::errors);
  CHECK(written().empty());
  CHECK(functions.counters().at("lines") == 4);
}

TEST_CASE_FIXTURE(SessionFixture, "an ack comes with the receipt, not before") {
  feed(numbered(2, 7));
  CHECK(written().empty());
  const auto items = port.take_items();
  receipt(items[1]);
  CHECK(written() == "{\"ack\":8}\n");
  receipt(items[0], protocol::Error{protocol::ErrorCode::wrong_kind, "it is a record"});
  CHECK(written() ==
        "{\"nack\":7,\"error\":{\"code\":\"wrong_kind\",\"message\":\"it is a record\",\"retry\":"
        "false}}\n");
  CHECK(shared.receipts.size() == 0);
}

TEST_CASE_FIXTURE(SessionFixture, "bad lines are told by number or id, and the feed goes on") {
  feed(
      "hello\n{\"topic\":\"a\",\"data\":1}\n{\"id\":5,\"topic\":\"a\"}\n{\"topic\":\"a\",\"data\":"
      "2}\n");
  CHECK(port.take_items().size() == 2);
  CHECK(written() ==
        "{\"error\":{\"code\":\"bad_request\",\"message\":\"no valid JSON: expected an object at "
        "byte 1\",\"retry\":false},\"line\":1}\n"
        "{\"nack\":5,\"error\":{\"code\":\"bad_request\",\"message\":\"exactly one of 'data', "
        "'fields', 'delete' is needed\",\"retry\":false}}\n");
  CHECK(functions.counters().at("bad_lines") == 2);
  CHECK(port.reports<abi::LogReport>().size() == 1);
}

TEST_CASE_FIXTURE(SessionFixture, "an entry that is refused does not hold up those behind it") {
  feed(
      "{\"topic\":\"a/"
      "+\",\"data\":1}\n{\"topic\":\"a\",\"data\":2}\n{\"topic\":\"\",\"data\":3,\"id\":9}\n"
      "{\"topic\":\"a\",\"data\":4}\n");
  const auto items = port.take_items();
  REQUIRE(items.size() == 2);
  CHECK(items[1].publication.payload.bytes == "4");
  const std::string out = written();
  CHECK(out.find("\"code\":\"bad_topic\"") != std::string::npos);
  CHECK(out.find("\"line\":1}") != std::string::npos);
  CHECK(out.find("{\"nack\":9,") != std::string::npos);
  CHECK(shared.receipts.size() == 0);

  port.answer_with(refuse_all);
  feed(numbered(2, 20));
  CHECK(written().find("{\"nack\":21,\"error\":{\"code\":\"forbidden\"") != std::string::npos);
}

TEST_CASE_FIXTURE(SessionFixture, "a failure of a line without id comes later with its number") {
  feed("{\"topic\":\"a\",\"data\":1}\n{\"topic\":\"a\",\"data\":2}\n");
  const auto items = port.take_items();
  receipt(items[1], protocol::Error{protocol::ErrorCode::too_many_topics, ""});
  CHECK(written().find("\"line\":2}\n") != std::string::npos);
}

TEST_CASE_FIXTURE(SessionFixture,
                  "a line at the limit is taken, one past it is told once and skipped") {
  const std::string head = R"({"topic":"a","data":1})";
  const std::string at_limit = head + std::string(shared.rules.line_bytes_max - head.size(), ' ');
  feed(at_limit + "\n" + at_limit + " \n" + head + "\n");
  CHECK(port.take_items().size() == 2);
  CHECK(written() ==
        "{\"error\":{\"code\":\"too_big\",\"message\":\"the line is above feed_line_bytes = "
        "2000\",\"retry\":false},\"line\":2}\n");
}

TEST_CASE_FIXTURE(SessionFixture,
                  "after slow_down it takes nothing until resumed, and loses nothing") {
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  feed(numbered(FeedSession::batch_lines_max + 10));
  CHECK(port.item_count() == FeedSession::batch_lines_max);
  CHECK_FALSE(session.wants_read());
  port.answer_with({});
  session.resume();
  CHECK(port.item_count() == FeedSession::batch_lines_max + 10);
  CHECK(session.wants_read());
  CHECK(functions.counters().at("pauses") == 1);
}

TEST_CASE_FIXTURE(SessionFixture, "outstanding acks are bounded") {
  for (std::size_t i = 0; i < shared.rules.ack_window; i += 128) feed(numbered(128, i));
  CHECK_FALSE(session.wants_read());
  const auto items = port.take_items();
  CHECK(items.size() == shared.rules.ack_window);
  receipt(items[0]);
  CHECK(session.wants_read());
}

TEST_CASE_FIXTURE(SessionFixture, "a feeder that does not read its replies is not read from") {
  std::size_t fed = 0;
  while (session.wants_read()) {
    feed("bad\n");
    REQUIRE(++fed < 10000);
  }
  std::string out;
  session.take_output(out);
  CHECK(out.size() >= FeedSession::unsent_bytes_max);
  CHECK(out.size() < FeedSession::unsent_bytes_max + 1024);
  CHECK_FALSE(session.wants_read());  // it is on its way, not gone
  session.on_written();
  CHECK(session.wants_read());
}

TEST_CASE_FIXTURE(SessionFixture,
                  "lines that waited for room for their replies are taken when there is some") {
  std::string bad;
  for (int i = 0; i < 20'000; ++i) bad += "x\n";
  const auto space = session.prepare();
  REQUIRE(space.size() >= bad.size());
  std::memcpy(space.data(), bad.data(), bad.size());
  session.on_read(bad.size());
  std::size_t replies = 0;
  while (session.has_output()) {
    const std::string out = written();
    CHECK(out.size() < FeedSession::unsent_bytes_max + 64 * 1024);
    replies += static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
  }
  CHECK(replies == 20'000);
  CHECK(session.wants_read());
}

TEST_CASE_FIXTURE(SessionFixture,
                  "the end of the stream ends its last line, and replies are waited for") {
  feed(numbered(1));
  feed(R"({"topic":"a","data":2})");
  session.on_end();
  const auto items = port.take_items();
  REQUIRE(items.size() == 2);
  CHECK_FALSE(session.wants_read());
  CHECK_FALSE(session.is_finished());
  receipt(items[0]);
  CHECK_FALSE(session.is_finished());
  CHECK(written() == "{\"ack\":1}\n");
  CHECK(session.is_finished());
}

TEST_CASE_FIXTURE(SessionFixture,
                  "upstream lines go out, and their answers come back among the lines") {
  functions.open_send(70);
  const auto entry = abi::replace_entry("a", "1");
  CHECK(session.send(entry, shared.upstream.next_id()));
  shared.upstream.open(abi::PendingSend(shared.host, 70), {1}, TimePoint::max());
  CHECK(written() == "{\"id\":1,\"topic\":\"a\",\"data\":1}\n");
  feed("{\"topic\":\"a\",\"data\":2}\n{\"ack\":1}\n{\"ack\":1}\n");
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].outcome == abi::Outcome::accepted);
  CHECK(functions.counters().at("unexpected_replies") == 1);

  while (session.send(entry, 2)) {
  }
  CHECK(written().size() >= FeedSession::unsent_bytes_max);
  CHECK(session.send(entry, 2));
}

TEST_CASE_FIXTURE(SessionFixture, "a window of one takes one line at a time") {
  shared.rules.ack_window = 1;
  feed(numbered(3));
  CHECK(port.item_count() == 1);
  CHECK_FALSE(session.wants_read());
  for (int i = 0; i < 3; ++i) {
    const auto items = port.take_items();
    REQUIRE(items.size() == 1);
    receipt(items[0]);
  }
  CHECK(written() == "{\"ack\":1}\n{\"ack\":2}\n{\"ack\":3}\n");
  CHECK(session.wants_read());
}

TEST_CASE_FIXTURE(SessionFixture,
                  "whatever the bytes, each line has one fate, and the good ones pass") {
  const std::uint64_t seed = tests::seed_or(11);
  CAPTURE(seed);
  tests::Random random(seed);
  std::size_t good = 0;
  std::size_t bad = 0;
  std::string stream;
  for (int i = 0; i < 3000; ++i) {
    if (random.once_in(4)) {
      std::string junk = random.bytes(1 + random.below(60));
      std::replace(junk.begin(), junk.end(), '\n', '{');
      stream += "\x01" + junk + "\n";
      ++bad;
    } else {
      stream += R"({"topic":"a/b","data":)" + std::to_string(++good) + "}\n";
    }
  }
  std::size_t replies = 0;
  while (!stream.empty()) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(700), stream.size());
    feed(std::string_view(stream).substr(0, size));
    stream.erase(0, size);
    const std::string out = written();
    replies += static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
  }
  CHECK(replies == bad);
  const auto items = port.take_items();
  REQUIRE(items.size() == good);
  for (std::size_t i = 0; i < good; ++i)
    REQUIRE(items[i].publication.payload.bytes == std::to_string(i + 1));
}

}  // namespace weir::adapters::tcp
