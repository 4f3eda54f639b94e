// What is said to the peers: a benchmark that does not speak their language measures its own
// mistakes.
#include "tests/bench/dialect/mqtt.hpp"
#include "tests/bench/dialect/nats.hpp"
#include "tests/bench/dialect/nchan.hpp"
#include "tests/bench/dialect/preset.hpp"
#include "tests/bench/dialect/weir.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;

namespace weir::tests::bench {

namespace {

/// Writes down what a dialect says and tells.
class Recorder final : public Conversation {
public:
  void say(std::string_view message) override { said.emplace_back(message); }
  void on_live() override { told.emplace_back("live"); }
  void on_delivery(std::string_view data) override { told.emplace_back(data); }
  void on_gap() override { told.emplace_back("gap"); }
  void on_refusal(std::string_view /*why*/) override { told.emplace_back("refusal"); }

  std::vector<std::string> said;
  std::vector<std::string> told;
};

using Lines = std::vector<std::string>;

/// Gives a stream to a dialect in messages of so many bytes.
void hear(Dialect& dialect, Recorder& recorder, std::string_view stream, std::size_t bytes) {
  for (; !stream.empty(); stream.remove_prefix(std::min(bytes, stream.size()))) {
    dialect.on_message(stream.substr(0, bytes), recorder);
  }
}

/// What a source complains of when it is answered in pieces of so many bytes.
std::optional<std::string> answer(Source& source,
                                  std::string_view stream,
                                  std::size_t bytes,
                                  std::string& out) {
  for (; !stream.empty(); stream.remove_prefix(std::min(bytes, stream.size()))) {
    if (auto complaint = source.on_answer(stream.substr(0, bytes), out)) return complaint;
  }
  return std::nullopt;
}

constexpr std::size_t all_bytes = 1'000'000;

}  // namespace

TEST_CASE("weir: subscribes, and acknowledges deliveries where it has a window") {
  for (const std::uint64_t window_bytes : {0U, 4096U}) {
    CAPTURE(window_bytes);
    WeirDialect dialect({.topic = "bench/a", .delivery = "latest", .window_bytes = window_bytes});
    Recorder recorder;
    dialect.on_open(recorder);
    Lines said{R"({"op":"subscribe","id":1,"filter":"bench/a","delivery":"latest"})"};
    if (window_bytes > 0) {
      said.insert(said.begin(), R"({"op":"connect","id":2,"window_bytes":4096})");
    }
    CHECK(recorder.said == said);
    recorder.said.clear();
    dialect.on_message(R"({"re":2,"ok":true,"limits":{"window_bytes":4096}})", recorder);
    CHECK(recorder.told.empty());
    dialect.on_message(R"({"re":1,"ok":true})", recorder);
    dialect.on_message(R"({"op":"topic","t":7,"topic":"bench/a"})", recorder);
    const std::string delivery = R"({"t":7,"o":18,"d":1})";
    dialect.on_message(delivery, recorder);
    dialect.on_message(delivery, recorder);
    CHECK(recorder.told == Lines{"live", delivery, delivery});
    CHECK(recorder.said ==
          (window_bytes == 0 ? Lines{}
                             : Lines{R"({"op":"ack","bytes":20})", R"({"op":"ack","bytes":40})"}));
  }
}

TEST_CASE("weir: is live when every one of its subscriptions is confirmed, in whatever order") {
  WeirDialect dialect({.topic = "bench/0", .further_topics = {"bench/1"}});
  Recorder recorder;
  dialect.on_open(recorder);
  CHECK(recorder.said == Lines{R"({"op":"subscribe","id":1,"filter":"bench/0","delivery":"all"})",
                               R"({"op":"subscribe","id":2,"filter":"bench/1","delivery":"all"})"});
  dialect.on_message(R"({"re":2,"ok":true})", recorder);
  CHECK(recorder.told.empty());
  dialect.on_message(R"({"re":1,"ok":true})", recorder);
  CHECK(recorder.told == Lines{"live"});
}

TEST_CASE("weir: says and hears the same in CBOR") {
  WeirDialect dialect({.topic = "a", .codec = Codec::cbor});
  CHECK(dialect.upgrade().subprotocol == "weir.v1.cbor");
  CHECK(dialect.upgrade().opcode == protocol::websocket::Opcode::binary);
  Recorder recorder;
  dialect.on_open(recorder);
  REQUIRE(recorder.said.size() == 1);
  CHECK(recorder.said[0].starts_with("\xA4\x62op\x69subscribe"));
  dialect.on_message("\xA2\x62re\x01\x62ok\xF5", recorder);
  const std::string delivery = "\xA2\x61t\x07\x61o\x01";
  dialect.on_message(delivery, recorder);
  dialect.on_message("\xA1\x62op\x63gap", recorder);
  dialect.on_message("\xFF", recorder);
  CHECK(recorder.told == Lines{"live", delivery, "gap", "refusal"});
}

TEST_CASE("weir: gaps and refusals are told, and a tick is a ping with an id of its own") {
  WeirDialect dialect({.topic = "bench/a", .max_rate = 1});
  Recorder recorder;
  dialect.on_open(recorder);
  CHECK(recorder.said.back().find(R"("max_rate":1)") != std::string::npos);
  dialect.on_tick(recorder);
  dialect.on_tick(recorder);
  CHECK(recorder.said.at(1) == R"({"op":"ping","id":2})");
  CHECK(recorder.said.at(2) == R"({"op":"ping","id":3})");
  dialect.on_message(R"({"re":2,"ok":true,"time":"x"})", recorder);
  dialect.on_message(R"({"op":"gap","t":7,"from":1,"to":2})", recorder);
  dialect.on_message(R"({"re":1,"ok":false,"error":{}})", recorder);
  dialect.on_message(R"({"op":"error","error":{}})", recorder);
  CHECK(recorder.told == Lines{"gap", "refusal", "refusal"});
}

TEST_CASE("weir: the feed is lines, and any answer is a complaint") {
  WeirSource source("data");
  std::string out;
  source.begin(out);
  source.append(out, "bench/a", "{}");
  CHECK(out == "{\"topic\":\"bench/a\",\"data\":{}}\n");
  CHECK(source.on_answer("{\"error\":1}\n", out) == "{\"error\":1}\n");
}

TEST_CASE("nchan: is live at once and takes every message for a delivery") {
  NchanDialect dialect("a");
  CHECK(dialect.upgrade().target == "/sub?id=a");
  CHECK(dialect.upgrade().subprotocol.empty());
  Recorder recorder;
  dialect.on_open(recorder);
  dialect.on_message("{}", recorder);
  CHECK(recorder.told == Lines{"live", "{}"});
  CHECK(recorder.said.empty());
}

TEST_CASE("nchan: publishes by POST and complains of any status but 2xx, however it is cut") {
  NchanSource source;
  std::string out;
  source.append(out, "a", "{\"x\":1}");
  CHECK(out ==
        "POST /pub?id=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 7\r\n\r\n{\"x\":1}");
  const std::string good = "HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nbody";
  for (const std::size_t bytes : {1U, 5U, 60U, 1000U}) {
    CAPTURE(bytes);
    CHECK_FALSE(answer(source, good + good + good, bytes, out).has_value());
    NchanSource other;
    CHECK(answer(other, good + "HTTP/1.1 413 Too Large\r\n\r\n", bytes, out).has_value());
  }
}

TEST_CASE("mqtt: packets are found again, whatever their length") {
  for (const std::size_t body_bytes : {0U, 1U, 127U, 128U, 16'383U, 16'384U, 2'097'152U}) {
    CAPTURE(body_bytes);
    std::string packet;
    append_mqtt_packet(packet, 0x30, std::string(body_bytes, 'x'));
    for (const std::size_t missing : {std::size_t{1}, packet.size() - 1}) {
      std::string_view cut = std::string_view(packet).substr(0, packet.size() - missing);
      CHECK_FALSE(take_mqtt_packet(cut).has_value());
    }
    const std::string two = packet + packet;
    std::string_view stream = two;
    const auto found = take_mqtt_packet(stream);
    REQUIRE(found.has_value());
    CHECK(found->first_byte == 0x30);
    CHECK(found->body.size() == body_bytes);
    CHECK(stream.size() == packet.size());
  }
  std::string_view endless = "\x30\xFF\xFF\xFF\xFF\xFF";
  CHECK(take_mqtt_packet(endless)->first_byte == 0);
}

TEST_CASE("mqtt: connects, subscribes and takes what is published, however it is cut") {
  const std::string stream = "\x20\x02\x00\x00"s + "\x90\x03\x00\x01\x00"s + "\x30\x06\x00\x01"s +
                             "aone" + "\x30\x06\x00\x01"s + "atwo";
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{3}, all_bytes}) {
    CAPTURE(bytes);
    MqttDialect dialect("a");
    CHECK(dialect.upgrade().subprotocol == "mqtt");
    Recorder recorder;
    dialect.on_open(recorder);
    hear(dialect, recorder, stream, bytes);
    CHECK(recorder.said == Lines{"\x10\x0C\x00\x04MQTT\x04\x02\x00\x00\x00\x00"s,
                                 "\x82\x06\x00\x01\x00\x01"s + "a\0"s});
    CHECK(recorder.told == Lines{"live", "one", "two"});
  }
}

TEST_CASE("mqtt: what is refused or bad is told") {
  for (const std::string& stream : {"\x20\x02\x00\x05"s,
                                    "\x90\x03\x00\x01\x80"s,
                                    "\x30\x02\x00\x09"s,
                                    "\x32\x04\x00\x01"s + "a1",
                                    "\xC0\x00"s}) {
    CAPTURE(stream);
    MqttDialect dialect("a");
    Recorder recorder;
    dialect.on_message(stream, recorder);
    CHECK(recorder.told == Lines{"refusal"});
  }
}

TEST_CASE("mqtt: the source connects, publishes, and takes one answer only") {
  MqttSource source;
  std::string out;
  source.append(out, "a", "one");
  CHECK(out == "\x30\x06\x00\x01"s + "aone");
  CHECK_FALSE(answer(source, "\x20\x02\x00\x00"s, 1, out).has_value());
  CHECK(answer(source, "\xE0\x00"s, 1, out).has_value());
}

TEST_CASE("nats: connects, subscribes and takes what is published, however it is cut") {
  const std::string stream =
      "INFO {\"x\":1}\r\nPONG\r\nMSG bench.a 1 5\r\na\r\nb\n\r\nPING\r\nMSG bench.a 1 0\r\n\r\n";
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{7}, all_bytes}) {
    CAPTURE(bytes);
    NatsDialect dialect("bench/a");
    Recorder recorder;
    dialect.on_open(recorder);
    CHECK(recorder.said.back().ends_with("SUB bench.a 1\r\nPING\r\n"));
    recorder.said.clear();
    hear(dialect, recorder, stream, bytes);
    CHECK(recorder.told == Lines{"live", "a\r\nb\n", ""});
    CHECK(recorder.said == Lines{"PONG\r\n"});
  }
}

TEST_CASE("nats: errors are told, and the source answers pings") {
  NatsDialect dialect("a");
  Recorder recorder;
  dialect.on_message("-ERR 'Slow Consumer'\r\n", recorder);
  CHECK(recorder.told == Lines{"refusal"});

  NatsSource source;
  std::string out;
  source.append(out, "bench/a", "one");
  CHECK(out == "PUB bench.a 3\r\none\r\n");
  out.clear();
  CHECK_FALSE(answer(source, "INFO {}\r\nPING\r\n", 3, out).has_value());
  CHECK(out == "PONG\r\n");
  CHECK(answer(source, "-ERR 'x'\r\n", 3, out) == "-ERR 'x'");
}

TEST_CASE("every preset has a dialect and a source") {
  for (const Preset preset : {Preset::weir, Preset::nchan, Preset::mosquitto, Preset::nats}) {
    CAPTURE(static_cast<int>(preset));
    CHECK(make_dialect({.preset = preset, .topic = "a"}) != nullptr);
    CHECK(make_source(preset) != nullptr);
  }
}

}  // namespace weir::tests::bench
