#include "gateway/config/load_config.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {
namespace {

constexpr std::array<std::string_view, 2> built_in{"tcp", "host"};

ConfigResult load(std::string_view text, Environment environment = {}) {
  return load_config({"weir.toml", text, std::move(environment), built_in});
}

/// One line each.
std::string mistakes_of(std::string_view text, Environment environment = {}) {
  std::string lines;
  const auto result = load(text, std::move(environment));
  for (const auto& mistake : result.mistakes) lines += to_text(mistake, result.file) + "\n";
  CHECK(result.config.has_value() == result.mistakes.empty());
  return lines;
}

Config config_of(std::string_view text, Environment environment = {}) {
  auto result = load(text, std::move(environment));
  INFO(to_report(result));
  REQUIRE(result.config.has_value());
  return *result.config;
}

}  // namespace

TEST_CASE("an empty file is a configuration with every default") {
  const auto config = config_of("");
  CHECK(config.shards == 0);
  CHECK(config.listen == std::vector{ListenConfig{}});
  CHECK(config.listen[0].address == "127.0.0.1");
  CHECK(config.listen[0].port == 8080);
  CHECK(config.admin == AdminConfig{});
  CHECK(config.admin.port == 8081);
  CHECK(config.auth.anonymous);
  CHECK(config.rights.empty());
  CHECK(config.topics.empty());
  CHECK(config.adapters.empty());
  CHECK_FALSE(config.echo.enabled);
  CHECK(config.limits.connections == 50'000);
  CHECK(config.log.level == LogLevel::info);
  CHECK(config.log.format == LogFormat::text);
}

TEST_CASE("every section arrives in its struct") {
  const auto config = config_of(R"(
shards = 4
[[listen]]
address = "::1"
port = 0
origins = ["*", "https://app.example.com:8443"]
[[listen]]
address = "0.0.0.0"
[admin]
port = 9
[auth]
anonymous = false
[[rights]]
identity = "*"
subscribe = ["#", "$weir/#"]
publish = ["chat/+"]
max_bytes_per_s = "64KiB"
max_messages_per_s = 2.5
[[topics]]
filter = "orders/#"
kind = "stream"
ring_entries = 7
ring_bytes = "2MiB"
max_rate = 5
max_delay_ms = 20
idle_ms = 0
[echo]
enabled = true
max_message_bytes = 1024
deflate = false
[limits]
cells = 5
loopback_exempt = false
entry_bytes = 1000
[log]
level = "debug"
format = "json"
)");
  CHECK(config.shards == 4);
  REQUIRE(config.listen.size() == 2);
  CHECK(config.listen[0].address == "::1");
  CHECK(config.listen[0].port == 0);
  CHECK(config.listen[0].origins == std::vector<std::string>{"*", "https://app.example.com:8443"});
  CHECK(config.listen[1].address == "0.0.0.0");
  CHECK(config.listen[1].port == 8080);
  CHECK(config.listen[1].line > config.listen[0].line);
  CHECK(config.admin == AdminConfig{"127.0.0.1", 9, false});
  CHECK_FALSE(config.auth.anonymous);
  CHECK(config.rights == std::vector{RightsEntry{"*", {"#", "$weir/#"}, {"chat/+"}, 65536, 2.5}});
  CHECK(config.topics ==
        std::vector{TopicConfig{"orders/#", protocol::Kind::stream, 7, 2 * 1024 * 1024, 5, 20, 0}});
  CHECK(config.echo == EchoConfig{true, 1024, false});
  CHECK(config.limits.cells == 5);
  CHECK_FALSE(config.limits.loopback_exempt);
  CHECK(config.limits.entry_bytes == 1000);
  CHECK(config.log == LogConfig{LogLevel::debug, LogFormat::json});
}

TEST_CASE("an adapter gets its own keys as JSON") {
  const auto config = config_of(R"([[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:9100"
on_outage = "gap"
tune = { rate = 1.5, names = ["a", "b"], deep = { on = true } }

[[adapter]]
name = "trades"
type = "plugin"
path = "trades.so"
topics = ["trades/#"]
config = { anything = "the plug-in wants" }

[[adapter]]
name = "host"
type = "host"
)");
  REQUIRE(config.adapters.size() == 3);
  CHECK(
      config.adapters[0] ==
      AdapterConfig{
          "feed",
          "tcp",
          "",
          {},
          OutagePolicy::gap,
          R"({"listen":"127.0.0.1:9100","tune":{"rate":1.5,"names":["a","b"],"deep":{"on":true}}})",
          1});
  CHECK(config.adapters[1] == AdapterConfig{"trades",
                                            "plugin",
                                            "trades.so",
                                            {"trades/#"},
                                            OutagePolicy::keep,
                                            R"({"anything":"the plug-in wants"})",
                                            8});
  CHECK(config.adapters[2].json == "{}");
}

TEST_CASE("every mistake of a file is told, with its place, in order") {
  CHECK(mistakes_of(R"(shard = 4
[listen]
port = 70000
adress = "127.0.0.1"
[limits]
cells = "many"
  colour = "blue"
)",
                    {{"WEIR_LOG_LEVEL", "loud"}}) ==
        "weir.toml:1:1: shard: is not a known key; did you mean shards?\n"
        "weir.toml:3:8: listen.port: is 70000; expected an integer from 0 to 65535\n"
        "weir.toml:4:1: listen.adress: is not a known key; did you mean address?\n"
        "weir.toml:6:9: limits.cells: is the text \"many\"; expected an integer from 1 to 1000000\n"
        "weir.toml:7:3: limits.colour: is not a known key; known here: connections, "
        "connections_per_ip, loopback_exempt, sessions_per_identity, handshake_ms, header_bytes, "
        "body_bytes, "
        "publish_batch, snapshot_bytes, message_bytes, wire_bytes, assembly_ms, "
        "control_frames_per_s, control_frames_burst, "
        "write_progress_ms, heartbeat_ms, subscriptions, cells, publishes_per_s, "
        "publishes_burst, topics, entry_bytes, feed_line_bytes, retained_bytes, "
        "in_flight_bytes, unsent_reply_bytes, replays, replay_ms, drain_ms, topic_bytes\n"
        "environment variable WEIR_LOG_LEVEL: log.level: \"loud\" is unknown; expected "
        "\"debug\", \"info\", \"warning\" or \"error\"\n");
}

TEST_CASE("each mistake says what is wrong and what was expected") {
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string line;
  };
  const std::vector<Row> rows{
      {"unknown section",
       "[lisen]\nport = 1\n",
       "weir.toml:1:2: lisen: is not a known key; did you mean listen?"},
      {"section that is a value",
       "log = 3\n",
       "weir.toml:1:7: log: is 3; expected one table [log]"},
      {"section that may not be repeated",
       "[[admin]]\nport = 1\n",
       "weir.toml:1:1: admin: is a list; expected one table [admin]"},
      {"section that must be a list",
       "[rights]\nidentity = \"*\"\n",
       "weir.toml:1:1: rights: is a table; expected tables [[rights]]"},
      {"list of something else",
       "adapter = [1]\n",
       "weir.toml:1:12: adapter: is 1; expected tables [[adapter]]"},
      {"no listener at all",
       "listen = []\n",
       "weir.toml:1:10: listen: is empty; expected [listen] or [[listen]]"},
      {"address that is a name",
       "[listen]\naddress = \"localhost\"\n",
       "weir.toml:2:11: listen.address: \"localhost\" is no IP address; expected an IP address "
       "like \"127.0.0.1\" or \"::1\""},
      {"origin with a path",
       "[listen]\norigins = [\"https://a.example\", \"https://b.example/\"]\n",
       "weir.toml:2:33: listen.origins: \"https://b.example/\" has more than a host and a port; "
       "expected \"*\" or origins like \"https://app.example.com\""},
      {"TLS",
       "[listen]\ntls = { certificate = \"a\" }\n",
       "weir.toml:2:7: listen.tls: has no key; expected a table like { certificate = \"cert.pem\", "
       "key = \"key.pem\" }"},
      {"open admin port",
       "[admin]\naddress = \"0.0.0.0\"\n",
       "weir.toml:2:11: admin.address: \"0.0.0.0\" can be reached from other machines, and the "
       "admin port asks nobody who they are; expected a loopback address like \"127.0.0.1\", or "
       "admin.allow_remote = true where a firewall stands before it"},
      {"identity without a claim",
       "[[rights]]\nidentity = \"trader\"\n",
       "weir.toml:2:12: rights.identity: \"trader\" is unknown; expected \"anonymous\", \"*\" or a "
       "claim "
       "like \"groups=traders\""},
      {"one key twice",
       "[[key]]\nid = \"k\"\nalgorithm = \"RS256\"\nfile = \"a.pem\"\n"
       "[[key]]\nid = \"k\"\nalgorithm = \"RS256\"\nfile = \"b.pem\"\n",
       "weir.toml:6:6: key.id: \"k\" is the key in line 1 already; expected another id, the kid of "
       "this key's tokens"},
      {"an algorithm that nobody should use",
       "[[key]]\nalgorithm = \"none\"\nfile = \"a.pem\"\n",
       "weir.toml:2:13: key.algorithm: \"none\" is unknown; expected \"HS256\", \"RS256\", "
       "\"ES256\" or "
       "\"EdDSA\""},
      {"a cookie for every page",
       "[listen]\norigins = [\"*\"]\n[auth]\ncookie = \"token\"\n",
       "weir.toml:2:11: listen.origins: lets every page in, and with auth.cookie each of them "
       "would "
       "act for whoever looks at it; expected the origins of your own pages"},
      {"rights for nobody in particular",
       "[[rights]]\nsubscribe = []\n",
       "weir.toml:1:1: rights.identity: is missing; expected \"anonymous\", \"*\" or a claim like "
       "\"groups=traders\""},
      {"bad filter",
       "[[rights]]\nidentity = \"*\"\nsubscribe = [\"a/#/b\"]\n",
       "weir.toml:3:14: rights.subscribe: \"a/#/b\" is no filter: filter has a '#' that is not "
       "the last level; expected filters like \"quotes/AAPL\", \"quotes/+\" or \"quotes/#\""},
      {"publishing as the gateway",
       "[[rights]]\nidentity = \"*\"\npublish = [\"$weir/#\"]\n",
       "weir.toml:3:12: rights.publish: \"$weir/#\" names topics of the gateway itself: those "
       "with a level that starts with '$'; expected filters like \"quotes/AAPL\", \"quotes/+\" or "
       "\"quotes/#\""},
      {"kind that there is not",
       "[[topics]]\nfilter = \"#\"\nkind = \"list\"\n",
       "weir.toml:3:8: topics.kind: \"list\" is unknown; expected \"value\", \"record\", \"table\" "
       "or "
       "\"stream\""},
      {"expiry to come",
       "[[topics]]\nfilter = \"#\"\nidle_ms = 5\n",
       "weir.toml:3:11: topics.idle_ms: is 5; expected 0, never: that topics expire is not built "
       "yet"},
      {"rate that is no number",
       "[[topics]]\nfilter = \"#\"\nmax_rate = nan\n",
       "weir.toml:3:12: topics.max_rate: is nan; expected a number from 0 to 1000000"},
      {"size with an unknown unit",
       "[[topics]]\nfilter = \"#\"\nring_bytes = \"1MB\"\n",
       "weir.toml:3:14: topics.ring_bytes: is the text \"1MB\"; expected a size from 256 to 1GiB, "
       "like 65536 or \"64KiB\""},
      {"adapter name",
       "[[adapter]]\nname = \"Feed 1\"\ntype = \"tcp\"\n",
       "weir.toml:2:8: adapter.name: \"Feed 1\" has a character that a name cannot have; expected "
       "1 to 64 of a-z, 0-9, '-' and '_'"},
      {"adapter type",
       "[[adapter]]\nname = \"a\"\ntype = \"tpc\"\n",
       "weir.toml:3:8: adapter.type: \"tpc\" is unknown; did you mean \"tcp\"? built in: tcp, "
       "host; \"plugin\" for one of your own"},
      {"mistyped key of a plug-in",
       "[[adapter]]\nname = \"a\"\ntype = \"plugin\"\npath = \"a.so\"\nconfg = {}\n",
       "weir.toml:5:1: adapter.confg: is not a known key; did you mean config?"},
      {"plug-in without a file",
       "[[adapter]]\nname = \"a\"\ntype = \"plugin\"\n",
       "weir.toml:1:1: adapter.path: is missing; expected the file name of the plug-in"},
      {"date for an adapter",
       "[[adapter]]\nname = \"a\"\ntype = \"tcp\"\nsince = 2026-11-24\n",
       "weir.toml:4:9: adapter: is a date or time; expected it in quotes, as text"},
      {"policy",
       "[[adapter]]\nname = \"a\"\ntype = \"tcp\"\non_outage = \"drop\"\n",
       "weir.toml:4:13: adapter.on_outage: \"drop\" is unknown; expected \"keep\", \"gap\" or "
       "\"clear\""},
      {"limit of the protocol",
       "[limits]\ntopic_bytes = 300\n",
       "weir.toml:2:15: limits.topic_bytes: is part of the protocol and always 255; remove it"},
      {"boolean in quotes",
       "[echo]\nenabled = \"true\"\n",
       "weir.toml:2:11: echo.enabled: is the text \"true\"; expected true or false"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(mistakes_of(row.text) == row.line + "\n");
  }
}

TEST_CASE("a value is allowed at its limit and refused one past it") {
  struct Row {
    std::string_view key;
    std::string_view limit;
    std::string_view past;
  };
  const std::vector<Row> rows{
      {"shards", "256", "257"},
      {"shards", "0", "-1"},
      {"listen.port", "65535", "65536"},
      {"limits.heartbeat_ms", "1000", "999"},
      {"limits.heartbeat_ms", "60000", "60001"},
      {"limits.cells", "1", "0"},
      {"limits.header_bytes", "256", "255"},
      {"limits.header_bytes", "\"1MiB\"", "1048577"},
      {"limits.drain_ms", "0", "-1"},
      {"limits.replays", "1", "0"},
      {"limits.replay_ms", "10", "9"},
      {"limits.handshake_ms", "10", "9"},
      {"echo.max_message_bytes", "\"16MiB\"", "16777217"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CAPTURE(row.limit);
    CHECK(mistakes_of(std::string(row.key) + " = " + std::string(row.limit)) == "");
    CHECK(load(std::string(row.key) + " = " + std::string(row.past)).mistakes.size() == 1);
  }
}

TEST_CASE("a report names every mistake and counts them") {
  CHECK(to_report(load("[[rights]]\nidentity = \"*\"\nsubscribe = [\"#\"]\n")) ==
        "weir.toml: ok\n");
  CHECK(to_report(load("shards = -1\nlog = 1\n")) ==
        "weir.toml:1:10: shards: is -1; expected an integer from 0 to 256\n"
        "weir.toml:2:7: log: is 1; expected one table [log]\n"
        "weir.toml: 2 mistakes\n");
  CHECK(to_report(load("")) ==
        "warning: weir.toml: rights: there is no [[rights]]: clients may connect, and neither "
        "subscribe nor publish; add [[rights]] with identity, subscribe and publish\n"
        "weir.toml: ok, 1 warning\n");
}

TEST_CASE("without a list of built-in adapters any type is taken") {
  const auto result =
      load_config({"weir.toml", "[[adapter]]\nname = \"a\"\ntype = \"anything\"\n", {}, {}});
  CHECK(result.mistakes.empty());
}

}  // namespace weir::gateway::config
