// The admin port and the client port's pages, over real sockets.
#include "gateway/metrics/metric_table.hpp"
#include "tests/integration/app/running_app.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weir::tests::app {

TEST_CASE("a scrape has every metric, added up over the shards") {
  RunningApp running(3);
  for (int i = 0; i < 30; ++i) {
    running.adapter().publish_patiently("t/" + std::to_string(i), "1");
  }
  WebSocketClient client(running.port());
  client.subscribe("t/#");
  for (int seen = 0; seen < 30;) {
    const auto message = client.next();
    REQUIRE(message);
    if (message->contains("d")) ++seen;
  }
  const auto answer = http_get(running.admin_port(), "/metrics");
  REQUIRE(answer.status == 200);
  for (const auto& info : gateway::metrics::metric_table()) {
    CAPTURE(info.name);
    CHECK(answer.body.find("# TYPE " + std::string(info.name) + " ") != std::string::npos);
  }
  for (const char* line : {"weir_session_open 1",
                           "weir_session_deliveries_total 30",
                           "weir_topic_owned 31",  // and the adapter's status
                           "weir_net_connections{protocol=\"websocket\"} 1",
                           "weir_adapter_published_entries_total{adapter=\"fake\"} 30",
                           "weir_adapter_refused_entries_total{adapter=\"fake\"} 0",
                           "weir_adapter_poison_messages_total{adapter=\"fake\"} 0",
                           "weir_adapter_state{adapter=\"fake\",state=\"connecting\"} 1",
                           "weir_shard_door_messages{shard=\"2\"} 0",
                           "weir_build_info{version=\"test\"} 1"}) {
    CAPTURE(line);
    CHECK(answer.body.find("\n" + std::string(line) + "\n") != std::string::npos);
  }
}

TEST_CASE("sessions, topics and adapters are listed over all shards") {
  RunningApp running(2);
  for (const char* topic : {"a/1", "a/2", "b/1"}) running.adapter().publish_patiently(topic, "1");
  WebSocketClient client(running.port());
  client.subscribe("a/#");
  const auto get = [&](const std::string& path) {
    return json::parse(http_get(running.admin_port(), path).body);
  };
  REQUIRE(running.eventually([&] { return get("/admin/topics").at("total") == 3; }));
  const auto topics = get("/admin/topics?filter=a/%2B").at("topics");
  CHECK(topics.size() == 2);
  CHECK(topics[0].at("offset") == 1);
  const auto sessions = get("/admin/sessions");
  REQUIRE(sessions.at("total") == 1);
  CHECK(sessions.at("sessions")[0].at("subscriptions") == 1);
  CHECK(sessions.at("sessions")[0].at("cells") == 2);
  CHECK(get("/admin/adapters").at("adapters")[0].at("adapter") == "fake");
}

TEST_CASE("each session is changed and ended through its own shard") {
  constexpr std::uint32_t shards = 3;
  RunningApp running(shards);
  const auto path_of = [](const json& session) {
    return "/admin/sessions/" + session.at("session").get<std::string>();
  };
  // Until every shard has one: the kernel spreads them.
  std::vector<std::unique_ptr<WebSocketClient>> clients;
  std::set<std::uint32_t> seen;
  while (seen.size() < shards) {
    REQUIRE(clients.size() < 200);
    clients.push_back(std::make_unique<WebSocketClient>(running.port()));
    const auto reply = clients.back()->request({{"op", "connect"}});
    const auto asked = http_get(running.admin_port(), path_of(reply));
    REQUIRE(asked.status == 200);
    seen.insert(json::parse(asked.body).at("shard").get<std::uint32_t>());
  }
  const auto all = json::parse(http_get(running.admin_port(), "/admin/sessions").body);
  REQUIRE(all.at("total") == clients.size());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto limit = 1000 + i;
    const auto path = path_of(all.at("sessions")[i]);
    const auto body = json({{"bytes_per_s", limit}}).dump();
    const auto changed = http_request(running.admin_port(), "PATCH " + path, body);
    REQUIRE(changed.status == 200);
    CHECK(json::parse(changed.body).at("limits").at("bytes_per_s") == limit);
    CHECK(json::parse(changed.body).at("session") == all.at("sessions")[i].at("session"));
  }
  std::set<std::uint64_t> told;
  for (const auto& client : clients) {
    const auto limits = client->next();
    REQUIRE(limits);
    CHECK(limits->at("op") == "limits");
    told.insert(limits->at("bytes_per_s").get<std::uint64_t>());
  }
  CHECK(told.size() == clients.size());
  for (const auto& session : all.at("sessions")) {
    CHECK(http_request(running.admin_port(), "DELETE " + path_of(session)).status == 200);
  }
  for (const auto& client : clients) {
    const auto goodbye = client->next();
    REQUIRE(goodbye);
    CHECK(goodbye->at("op") == "goodbye");
    CHECK_FALSE(goodbye->contains("retry_ms"));
    CHECK_FALSE(client->next());
    CHECK(client->close_code() == 4503);
  }
  for (const auto& session : all.at("sessions")) {
    REQUIRE(running.eventually(
        [&] { return http_get(running.admin_port(), path_of(session)).status == 404; }));
  }
}

TEST_CASE("a session has the ceilings of the listener that it came to") {
  auto config = RunningApp::config(2);
  config.listen.push_back(config.listen[0]);
  config.listen[1].max_bytes_per_s = 5000;
  config.listen[1].max_messages_per_s = 7;
  config.listen[1].max_delay_ms = 20;
  config.rights[0].max_messages_per_s = 6;
  RunningApp running(config);
  const json wishes{{"op", "connect"}, {"bytes_per_s", 8000}};
  const auto limits_at = [&](std::size_t listener) {
    WebSocketClient client(running.port(listener));
    return client.request(wishes).at("limits");
  };
  CHECK(limits_at(0).at("bytes_per_s") == 8000);
  CHECK(limits_at(0).at("messages_per_s") == 6);
  CHECK(limits_at(0).at("max_delay_ms") == 0);
  CHECK(limits_at(1).at("bytes_per_s") == 5000);
  CHECK(limits_at(1).at("messages_per_s") == 6);
  CHECK(limits_at(1).at("max_delay_ms") == 20);
}

TEST_CASE("the page is on the client port, and the admin port's paths are not") {
  RunningApp running(1);
  CHECK(http_get(running.port(), "/").status == 200);
  CHECK(http_get(running.port(), "/metrics").status == 404);
  CHECK(http_get(running.admin_port(), "/").status == 200);
}

TEST_CASE("every address is announced once") {
  RunningApp running(2);
  running.adapter().listening("tcp://127.0.0.1:9");
  const auto lines = running.announced();
  const auto port = std::to_string(running.port());
  CHECK(std::ranges::count(lines, "listening client ws://127.0.0.1:" + port + "/ws") == 1);
  CHECK(std::ranges::count(
            lines,
            "listening admin http://127.0.0.1:" + std::to_string(running.admin_port()) + "/") == 1);
  CHECK(std::ranges::count(lines, "listening adapter:fake tcp://127.0.0.1:9") == 1);
  CHECK(lines.size() == 3);
}

}  // namespace weir::tests::app
