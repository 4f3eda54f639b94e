#include "clients/cpp/machine.hpp"
#include "tests/unit/clients/cpp/machine_stage.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {

TEST_CASE("the first connection is not tried again, later ones are") {
  Stage stage;
  stage.start();
  stage.machine().on_failed(stage.now(), protocol::Retry::yes, "nobody");
  stage.perform();
  CHECK(stage.take() == Words{"open", "disconnected 1006 nobody for good"});
  CHECK(stage.machine().has_ended());
  CHECK(stage.machine().deadline() == never);
}

TEST_CASE("who wants no second connection gets none") {
  MachineOptions options;
  options.reconnect = Reconnect::no;
  Stage stage(options);
  stage.connect();
  stage.take();
  stage.close(1012, "restart");
  CHECK(stage.take() == Words{"disconnected 1012 restart for good"});
}

TEST_CASE("the close code says whether to come back") {
  struct Row {
    std::uint16_t code;
    bool comes_back;
  };
  for (const auto [code, comes_back] : {Row{1000, false},
                                        Row{1001, true},
                                        Row{1002, false},
                                        Row{1005, true},
                                        Row{1006, true},
                                        Row{1008, false},
                                        Row{1012, true},
                                        Row{1013, true},
                                        Row{4001, true},
                                        Row{4499, true},
                                        Row{4500, false},
                                        Row{4503, false},
                                        Row{4999, false},
                                        Row{3000, false}}) {
    CAPTURE(code);
    Stage stage;
    stage.connect();
    stage.close(code, "x");
    CHECK(stage.machine().has_ended() != comes_back);
  }
}

TEST_CASE("a goodbye counts where its close frame was lost, and its wait comes on top") {
  Stage stage;
  stage.connect();
  stage.take();
  stage.receive(R"({"op":"goodbye","code":1012,"reason":"restart","retry_ms":1830})");
  stage.close(1006, "lost");
  CHECK(stage.take() == Words{"goodbye 1012", "disconnected 1012 restart retry 2030"});
  stage.tick_after(2030);
  stage.connect();
  stage.take();
  stage.close(1006, "lost");
  CHECK(stage.take() == Words{"disconnected 1006 lost retry 200"});
}

TEST_CASE("one that has nothing to say pings, and gives up after two silent intervals") {
  Stage stage;
  stage.connect();
  stage.take();
  CHECK(stage.machine().deadline() == stage.now() + Duration(15'000));
  stage.tick_after(15'000);
  CHECK(has(stage.last_sent(), R"("op":"ping")"));
  stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) +
                R"(,"ok":true,"time":"2026-11-24T12:00:00.123Z"})");
  stage.tick_after(15'000);
  CHECK(has(stage.last_sent(), R"("op":"ping")"));
  stage.tick_after(14'999);
  CHECK(stage.take().empty());
  stage.tick_after(1);
  CHECK(stage.done.at(0) == "close 4000");
  CHECK(has(stage.done.at(1), "disconnected 4000"));
}

TEST_CASE("pings tell the gateway's clock, those that were asked for and its own") {
  constexpr std::int64_t noon_ms = 1'795'608'000'000;  // 2026-11-25T12:00:00Z
  Stage stage;
  stage.connect();
  stage.take();
  CHECK_FALSE(stage.machine().clock().unix_ms(stage.now()));
  const auto id = stage.machine().ping(stage.now());
  stage.perform();
  stage.pass(40);
  stage.receive("{\"re\":" + std::to_string(id) +
                R"(,"ok":true,"time":"2026-11-25T12:00:00.000Z"})");
  CHECK(stage.take() == Words{"reply " + std::to_string(id)});
  CHECK(stage.machine().clock().unix_ms(stage.now()) == noon_ms + 20);
  stage.tick_after(15'000);
  stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) +
                R"(,"ok":true,"time":"2026-11-25T12:00:20.000Z"})");
  CHECK(stage.take().empty());
  CHECK(stage.machine().clock().round_trip() == Duration(0));
  CHECK(stage.machine().clock().unix_ms(stage.now()) == noon_ms + 20'000);
  stage.close(1006, "lost");
  CHECK_FALSE(stage.machine().clock().unix_ms(stage.now()));
}

TEST_CASE("any byte of the gateway is a sign of life") {
  Stage stage;
  stage.connect();
  stage.take();
  for (int i = 0; i < 10; ++i) {
    stage.tick_after(15'000);
    stage.machine().on_alive(stage.now());
  }
  CHECK(stage.take().empty());
}

TEST_CASE("a gateway that does not answer is given up") {
  Stage stage;
  stage.start();
  stage.machine().on_open(stage.now());
  stage.perform();
  stage.tick_after(9'999);
  CHECK(stage.take() == Words{"open"});
  stage.tick_after(1);
  CHECK(stage.done.at(0) == "close 1000");
  CHECK(has(stage.done.at(1), "did not answer within 10 s"));
  CHECK(stage.machine().has_ended());
}

TEST_CASE("a refused connect ends it, with the gateway's words") {
  Stage stage;
  stage.start();
  stage.machine().on_open(stage.now());
  stage.perform();
  stage.take();
  stage.receive(
      "{\"re\":" + Stage::id_of(stage.sent.at(0)) +
      R"(,"ok":false,"error":{"code":"bad_token","message":"expired long ago","retry":false}})");
  CHECK(stage.take() == Words{"close 1000", "disconnected 1000 expired long ago for good"});
}

TEST_CASE("stopping closes, and answers what was asked") {
  Stage stage;
  stage.connect();
  const auto id = stage.machine().publish(stage.now(), hello());
  stage.perform();
  stage.take();
  stage.machine().stop(stage.now());
  stage.perform();
  CHECK(stage.take() == Words{"close 1000",
                              "reply " + std::to_string(id) + " unknown",
                              "disconnected 1000 closed for good"});
  CHECK(stage.machine().has_ended());
  stage.machine().stop(stage.now());
  stage.machine().on_closed(stage.now(), 1000, "");
  stage.receive(R"({"op":"heartbeat","time":"2026-11-24T12:00:00.123Z"})");
  stage.tick_after(100'000);
  CHECK(stage.take().empty());
}

TEST_CASE("what cannot be read ends the connection, not the client") {
  Stage stage;
  stage.connect();
  stage.take();
  stage.receive("not JSON");
  CHECK(stage.done.at(0) == "close 4400");
  CHECK(has(stage.done.at(1), "cannot read"));
  CHECK(!stage.machine().has_ended());
}

}  // namespace weir::clients::cpp
