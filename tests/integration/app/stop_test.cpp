// How the gateway ends.
#include "tests/integration/app/program.hpp"
#include "tests/integration/app/running_app.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weir::tests::app {
namespace {

/// Reads to the goodbye and the close frame behind it. Returns when to come back, in ms.
std::int64_t read_goodbye(WebSocketClient& client) {
  std::int64_t retry_ms = -1;
  for (auto message = client.next(); message; message = client.next()) {
    if (message->value("op", "") != "goodbye") continue;
    CHECK(message->at("code") == 1012);
    retry_ms = message->value("retry_ms", -1);
  }
  CHECK(client.close_code() == 1012);
  return retry_ms;
}

}  // namespace

TEST_CASE("a stop says goodbye to everybody, to come back at different times") {
  RunningApp running(2);
  std::vector<std::unique_ptr<WebSocketClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<WebSocketClient>(running.port()));
    clients.back()->subscribe("#");
  }
  CHECK(http_get(running.admin_port(), "/readyz").status == 503);  // the source is not up yet
  running.adapter().status(WEIR_UP);
  CHECK(http_get(running.admin_port(), "/readyz").status == 200);
  CHECK_FALSE(running.app().is_drained());

  running.app().begin_stop();
  CHECK(http_get(running.admin_port(), "/readyz").body == "draining\n");
  CHECK(http_get(running.admin_port(), "/livez").status == 200);
  std::set<std::int64_t> retries;
  for (const auto& client : clients) retries.insert(read_goodbye(*client));
  CHECK(*retries.begin() >= 0);
  CHECK(retries.size() > 1);
  clients.clear();
  CHECK(running.eventually([&] { return running.app().is_drained(); }));
  CHECK_FALSE(Connection(running.port()).is_open());
}

TEST_CASE("SIGTERM drains the program, which exits with 0") {
  Program program({"serve", "-c", Program::config_file()});
  WebSocketClient client(program.port("client"));
  client.subscribe("#");
  program.signal(SIGTERM);
  CHECK(read_goodbye(client) >= 0);
  CHECK(program.wait() == 0);
}

TEST_CASE("a second signal does not wait for clients that do not leave") {
  Program program({"serve", "-c", Program::config_file()});
  WebSocketClient client(program.port("client"));
  client.subscribe("#");
  program.signal(SIGINT);
  CHECK(program.until_error_says("draining"));
  program.signal(SIGINT);
  CHECK(program.wait() == 0);
  CHECK(program.errors().find("another signal") != std::string::npos);
}

TEST_CASE("a wrong configuration is told with its place, and a taken port with its name") {
  Program check({"check", "-c", Program::config_file("[listen]\nport = 99999\n")});
  CHECK(check.wait() == 1);
  CHECK(check.errors().find(".toml:2:8: listen.port: is 99999") != std::string::npos);

  Program adapter(
      {"check",
       "-c",
       Program::config_file("[[adapter]]\nname = \"a\"\ntype = \"tcp\"\nlisten = \"x\"\n")});
  CHECK(adapter.wait() == 1);
  CHECK(adapter.errors().find(".toml:1:1: adapter 'a': ") != std::string::npos);

  // With one shard and with several, which could share the port with those of another gateway.
  for (const char* shards : {"1", "2"}) {
    RunningApp running(2);
    const auto port = std::to_string(running.port());
    Program taken({"serve",
                   "-c",
                   Program::config_file("shards = " + std::string(shards) +
                                        "\n[listen]\nport = " + port + "\n[admin]\nport = 0\n")});
    CHECK(taken.wait() == 1);
    CHECK(taken.errors().find("127.0.0.1 port " + port) != std::string::npos);
  }

  Program missing({"serve", "-c", "/nowhere/weir.toml"});
  CHECK(missing.wait() == 1);
  CHECK(missing.errors().find("/nowhere/weir.toml") != std::string::npos);
}

}  // namespace weir::tests::app
