#include "gateway/app/admin_routes.hpp"

#include "gateway/app/prometheus_exporter.hpp"
#include "tests/unit/gateway/app/silent_source.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

using nlohmann::json;

/// Says what a test has put into it; nothing where the shards are silent.
class Source final : public SilentSource {
public:
  std::optional<metrics::MetricsSnapshot> measure() override {
    if (are_shards_silent) return std::nullopt;
    metrics::MetricsSnapshot snapshot;
    snapshot.sessions_open = 3;
    return snapshot;
  }
  std::vector<std::string> find_obstacles() override { return obstacles; }
  std::optional<Listing<SessionInfo>> list_sessions(const SessionQuery& /*query*/) override {
    if (are_shards_silent) return std::nullopt;
    return Listing<SessionInfo>{{}, 7};
  }
  std::optional<Listing<TopicInfo>> list_topics(const std::string& filter) override {
    asked_filter = filter;
    if (are_shards_silent) return std::nullopt;
    TopicInfo topic{.name = "t/1",
                    .shard = 1,
                    .kind = protocol::Kind::stream,
                    .head = {"e", 8},
                    .ring_entries = 4,
                    .retained_bytes = 100,
                    .is_stale = true};
    return Listing<TopicInfo>{{topic}, 1};
  }
  std::vector<AdapterInfo> list_adapters() override {
    return {{"feed",
             "tcp",
             {adapters::abi::SourceState::down, "gone"},
             {{"lines", 4}},
             {},
             {{"t/+"}, 7}}};
  }

  bool are_shards_silent = false;
  std::vector<std::string> obstacles;
  std::string asked_filter;
};

http::Response get(Source& source,
                   std::string target,
                   std::string host = "127.0.0.1:8081",
                   std::string method = "GET") {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = {{"Host", std::move(host)}};
  return respond_to_admin(request, "127.0.0.1", source);
}

}  // namespace

TEST_CASE("only names of this machine itself are answered") {
  const struct {
    const char* host;
    const char* listen_address;
    bool is_allowed;
  } rows[] = {
      {"localhost", "127.0.0.1", true},
      {"LocalHost:8081", "127.0.0.1", true},
      {"127.0.0.1:8081", "127.0.0.1", true},
      {"127.9.9.9", "127.0.0.1", true},
      {"[::1]:8081", "127.0.0.1", true},
      {"[0:0:0:0:0:0:0:1]", "127.0.0.1", true},
      {"10.0.0.5:8081", "10.0.0.5", true},
      {"[fd00::5]", "fd00:0::5", true},
      {"10.0.0.5", "0.0.0.0", true},
      {"[fd00::5]:80", "::", true},
      {"10.0.0.6", "10.0.0.5", false},
      {"10.0.0.5", "127.0.0.1", false},
      {"evil.example", "127.0.0.1", false},
      {"evil.example:8081", "0.0.0.0", false},
      {"127.0.0.1.evil.example", "127.0.0.1", false},
      {"localhost.evil.example", "127.0.0.1", false},
      {"[::1", "127.0.0.1", false},
      {"", "127.0.0.1", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    CHECK(is_admin_host(row.host, row.listen_address) == row.is_allowed);
  }
}

TEST_CASE("nothing is told to a page of a foreign name") {
  Source source;
  for (const char* target : {"/", "/metrics", "/livez", "/readyz", "/admin/sessions"}) {
    CHECK(get(source, target, "evil.example").status == 403);
  }
  http::Request request;
  request.method = "GET";
  request.target = "/metrics";
  CHECK(respond_to_admin(request, "127.0.0.1", source).status == 403);
  request.headers = {{"Host", "127.0.0.1"}, {"host", "evil.example"}};
  CHECK(respond_to_admin(request, "127.0.0.1", source).status == 403);
}

TEST_CASE("metrics are Prometheus text") {
  Source source;
  const auto response = get(source, "/metrics");
  CHECK(response.status == 200);
  CHECK(response.content_type == prometheus_content_type);
  CHECK(response.body.find("\nweir_session_open 3\n") != std::string::npos);
}

TEST_CASE("silent shards are neither alive nor described") {
  Source source;
  CHECK(get(source, "/livez").status == 200);
  source.are_shards_silent = true;
  for (const char* target : {"/metrics", "/livez", "/admin/sessions", "/admin/topics"}) {
    CAPTURE(target);
    CHECK(get(source, target).status == 503);
  }
}

TEST_CASE("readiness says what is in the way") {
  Source source;
  CHECK(get(source, "/readyz").status == 200);
  source.obstacles = {"draining", "adapter feed is down"};
  const auto response = get(source, "/readyz");
  CHECK(response.status == 503);
  CHECK(response.body == "draining; adapter feed is down\n");
}

TEST_CASE("sessions, topics and adapters are JSON") {
  Source source;
  CHECK(json::parse(get(source, "/admin/sessions").body) ==
        json::parse(R"({"sessions":[],"total":7})"));
  CHECK(json::parse(get(source, "/admin/topics").body) ==
        json::parse(R"({"topics":[{"topic":"t/1","shard":1,"kind":"stream","epoch":"e","offset":8,
                        "ring_entries":4,"retained_bytes":100,"stale":true}],"total":1})"));
  CHECK(json::parse(get(source, "/admin/adapters").body) ==
        json::parse(R"({"adapters":[{"adapter":"feed","type":"tcp","state":"down",
                        "reason":"gone","events":{"lines":4},
                        "wanted":{"filters":["t/+"],"total":7}}],"total":1})"));
  CHECK(get(source, "/admin/topics").content_type == "application/json");
}

TEST_CASE("topics may be asked for by filter") {
  Source source;
  std::ignore = get(source, "/admin/topics");
  CHECK(source.asked_filter == "#");
  std::ignore = get(source, "/admin/topics?filter=a%2F%23");
  CHECK(source.asked_filter == "a/#");
  CHECK(get(source, "/admin/topics?filter=a%2F%2Fb").status == 400);
}

TEST_CASE("nothing but sessions can be written, and nothing else is there") {
  Source source;
  const auto refused = get(source, "/metrics", "localhost", "POST");
  CHECK(refused.status == 405);
  CHECK(refused.headers.at(0).value == "GET, HEAD");
  CHECK(get(source, "/metrics", "localhost", "HEAD").status == 200);
  CHECK(get(source, "/", "localhost").status == 200);
  CHECK(get(source, "/admin", "localhost").status == 404);
}

}  // namespace weir::gateway::app
