#include "clients/cli/publisher.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {
namespace {

using Want = Publisher::Want;
using Step = Publisher::Step;

PubOptions options(std::optional<std::string> data, DataFormat format = DataFormat::json) {
  return {"ws://host/ws", "chat/lobby", std::move(data), format};
}

cpp::Reply accepted() {
  return {};
}

cpp::Reply refused(protocol::ErrorCode code) {
  cpp::Reply reply;
  reply.error = protocol::Error{code, "no"};
  return reply;
}

std::string published(const Step& step) {
  return step.want == Want::publish ? step.publication.payload.bytes : std::string("nothing");
}

}  // namespace

TEST_CASE("one datum is published once connected, and its reply is the end") {
  Publisher publisher(options("{\"a\":\n1.10}"));
  const auto step = publisher.on(cpp::Connected{});
  CHECK(step.publication.topic == "chat/lobby");
  CHECK(published(step) == "{\"a\":\n1.10}");
  const auto end = publisher.on(accepted());
  CHECK(end.want == Want::stop);
  CHECK(end.output.exit == ExitCode::done);
  CHECK(publisher.on(cpp::Disconnected{}).want == Want::nothing);
}

TEST_CASE("lines are published in order, each after the reply to the one before") {
  Publisher publisher(options({}));
  CHECK(publisher.on(cpp::Connected{}).want == Want::input);
  CHECK(published(publisher.on_input("1\n\n2\n3")) == "1");
  CHECK(published(publisher.on(accepted())) == "2");
  CHECK(publisher.on(accepted()).want == Want::input);
  CHECK(published(publisher.on_input("")) == "3");
  const auto end = publisher.on(accepted());
  CHECK(end.want == Want::stop);
  CHECK(end.output.exit == ExitCode::done);
}

TEST_CASE("a bad line is named and the others go on") {
  Publisher publisher(options({}));
  (void)publisher.on(cpp::Connected{});
  const auto step = publisher.on_input("{\n2,\"x\":3\n\xff\n4\n");
  CHECK(published(step) == "4");
  CHECK(step.output.err.find("weir pub: line 1: the data is not JSON, column 2:") == 0);
  CHECK(step.output.err.find("weir pub: line 2: the data is not JSON") != std::string::npos);
  CHECK(step.output.err.find("weir pub: line 3: the data is not UTF-8") != std::string::npos);
  CHECK(publisher.on(accepted()).want == Want::input);
  CHECK(publisher.on_input("").output.exit == ExitCode::refused);
}

TEST_CASE("very many bad lines are no trouble") {
  Publisher publisher(options({}));
  (void)publisher.on(cpp::Connected{});
  std::string lines;
  for (int i = 0; i < 50'000; ++i) lines += "?\n";
  CHECK(publisher.on_input(lines).want == Want::input);
}

TEST_CASE("a refusal is told with the line") {
  Publisher publisher(options({}));
  (void)publisher.on(cpp::Connected{});
  (void)publisher.on_input("1\n2\n");
  const auto step = publisher.on(refused(protocol::ErrorCode::forbidden));
  CHECK(step.output.err == "weir pub: line 1: forbidden: no\n");
  CHECK(published(step) == "2");
}

TEST_CASE("what came too fast is sent again after a pause, not for ever") {
  Publisher publisher(options("1"));
  auto step = publisher.on(cpp::Connected{});
  for (unsigned attempt = 1; attempt < Publisher::attempts_max; ++attempt) {
    CHECK(publisher.on(refused(protocol::ErrorCode::rate)).want == Want::pause);
    CHECK(published(publisher.on_pause()) == "1");
  }
  step = publisher.on(refused(protocol::ErrorCode::rate));
  CHECK(step.want == Want::stop);
  CHECK(step.output.exit == ExitCode::refused);
}

TEST_CASE("text becomes a JSON string") {
  Publisher publisher(options("say \"hi\"\n", DataFormat::text));
  CHECK(published(publisher.on(cpp::Connected{})) == R"("say \"hi\"\n")");
}

TEST_CASE("base64 becomes bytes") {
  Publisher publisher(options("{\"b64\":\"AP8=\"}"));
  const auto step = publisher.on(cpp::Connected{});
  CHECK(step.publication.payload.format == protocol::PayloadFormat::bytes);
  CHECK(published(step) == std::string("\0\xff", 2));
}

TEST_CASE("arguments are checked before anybody is asked") {
  CHECK(Publisher::check(options("1")).has_value());
  CHECK(Publisher::check(options({})).has_value());
  CHECK(Publisher::check(options("hello", DataFormat::text)).has_value());
  CHECK(Publisher::check(options("hello")).error().find("--data-format text") != std::string::npos);
  CHECK(!Publisher::check(options("")).has_value());
  CHECK(!Publisher::check(options("1}")).has_value());
  CHECK(!Publisher::check(options("{\"b64\":\"?\"}")).has_value());
  CHECK(!Publisher::check(options("\xff", DataFormat::text)).has_value());
  auto pattern = options("1");
  pattern.topic = "chat/#";
  CHECK(Publisher::check(pattern).error().find("\"chat/#\"") == 0);
}

TEST_CASE("a lost connection and an interrupt are told") {
  Publisher lost(options("1"));
  const auto end = lost.on(cpp::Disconnected{1006, "Nobody is there.", {}});
  CHECK(end.output.err == "weir pub: Nobody is there.\n");
  CHECK(end.output.exit == ExitCode::failed);
  Publisher interrupted(options({}));
  (void)interrupted.on(cpp::Connected{});
  CHECK(interrupted.on_interrupt().output.exit == ExitCode::failed);
  CHECK(interrupted.on_input("1\n").want == Want::nothing);
  CHECK(interrupted.on_pause().want == Want::nothing);
}

}  // namespace weir::clients::cli
