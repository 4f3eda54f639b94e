#include "gateway/config/checks.hpp"

#include "gateway/config/load_config.hpp"
#include "gateway/config/warnings.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::config {
namespace {

struct Row {
  std::string_view name;
  std::string text;
  std::string lines;  ///< empty: nothing is wrong
};

std::string to_lines(const Mistakes& mistakes) {
  std::string out;
  for (const auto& mistake : mistakes) out += to_text(mistake, "weir.toml") + "\n";
  return out;
}

std::string adapter(const std::string& name, const std::string& more = "") {
  return "[[adapter]]\nname = \"" + name + "\"\ntype = \"tcp\"\n" + more;
}

}  // namespace

TEST_CASE("no address is used twice") {
  const std::string hint = "; expected another port, another address, or port 0 for any free one\n";
  const std::vector<Row> rows{
      {"two listeners",
       "[[listen]]\nport = 80\n[[listen]]\nport = 80\n",
       "weir.toml:4:8: listen.port: port 80 is used by listen.port in line 2 already" + hint},
      {"admin on the default port of clients",
       "[admin]\nport = 8080\n",
       "weir.toml:2:8: admin.port: port 8080 is used by listen.port already" + hint},
      {"clients on the default port of admin",
       "[listen]\nport = 8081\n",
       "weir.toml: admin.port: port 8081 is used by listen.port in line 2 already" + hint},
      {"every address beside one",
       "[[listen]]\naddress = \"0.0.0.0\"\n[[listen]]\n",
       "weir.toml:3:1: listen.port: port 8080 is used by listen.port in line 1 already" + hint},
      {"an adapter",
       adapter("a", "listen = \"127.0.0.1:8080\"\n"),
       "weir.toml:4:10: adapter.listen: port 8080 is used by listen.port already" + hint},
      {"two adapters",
       adapter("a", "listen = \"127.0.0.1:9\"\n") + adapter("b", "listen = \"127.0.0.1:9\"\n"),
       "weir.toml:8:10: adapter.listen: port 9 is used by adapter.listen in line 4 already" + hint},
      {"other addresses, other families, free ports",
       "[[listen]]\nport = 80\n[[listen]]\nport = 80\naddress = \"127.0.0.2\"\n[[listen]]\nport = "
       "80\naddress = \"::1\"\n[[listen]]\nport = 0\n[[listen]]\nport = 0\n" +
           adapter("a", "listen = \"127.0.0.1:9\"\n") + adapter("b", "dial = \"127.0.0.1:9\"\n"),
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(to_lines(load_config({"", row.text, {}, {}}).mistakes) == row.lines);
  }
}

TEST_CASE("an admin port that others can reach is asked for twice") {
  const std::string open = "[admin]\naddress = \"0.0.0.0\"\n";
  CHECK(load_config({"", open, {}, {}}).mistakes.size() == 1);
  CHECK(load_config({"", open + "allow_remote = true\n", {}, {}}).mistakes.empty());
  CHECK(load_config({"", "[admin]\naddress = \"127.9.9.9\"\n", {}, {}}).mistakes.empty());
  CHECK(load_config({"", "[admin]\naddress = \"::1\"\n", {}, {}}).mistakes.empty());
}

TEST_CASE("adapters have names and topics of their own") {
  const std::vector<Row> rows{
      {"same name",
       adapter("a") + adapter("b") + adapter("a"),
       "weir.toml:8:8: adapter.name: \"a\" is the name of the adapter in line 1 already; expected "
       "a name that no other adapter has\n"},
      {"same topics",
       adapter("a", "topics = [\"x\", \"quotes/+\"]\n") +
           adapter("b", "topics = [\"y\", \"quotes/AAPL\"]\n"),
       "weir.toml:8:10: adapter.topics: \"quotes/AAPL\" has topics in common with \"quotes/+\" of "
       "the adapter in line 1; expected filters that only one adapter has\n"},
      {"other topics",
       adapter("a", "topics = [\"quotes/+\"]\n") + adapter("b", "topics = [\"quotes/+/+\"]\n"),
       ""},
      {"one adapter's own filters may overlap", adapter("a", "topics = [\"a/#\", \"a/b\"]\n"), ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(to_lines(load_config({"", row.text, {}, {}}).mistakes) == row.lines);
  }
}

TEST_CASE("no limit takes back what another one allows") {
  const std::vector<Row> rows{
      {"messages larger than their bytes on the wire",
       "[limits]\nmessage_bytes = \"1MiB\"\n",
       "weir.toml:2:17: limits.wire_bytes: is 132KiB, less than limits.message_bytes; expected at "
       "least 1MiB\n"},
      {"lines shorter than an entry",
       "[limits]\nfeed_line_bytes = 1000\n",
       "weir.toml:2:19: limits.feed_line_bytes: is 1000, less than limits.entry_bytes; expected "
       "at least 256KiB\n"},
      {"room for less than an entry",
       "[limits]\nentry_bytes = \"16MiB\"\nfeed_line_bytes = \"16MiB\"\nretained_bytes = "
       "\"1MiB\"\n",
       "weir.toml:4:18: limits.retained_bytes: is 1MiB, less than limits.entry_bytes; expected at "
       "least 16MiB\n"},
      {"a listener for proxies, and no proxy",
       "[listen]\nproxy_protocol = true\n",
       "weir.toml:2:18: listen.proxy_protocol: is true, and nobody is among "
       "listen.trusted_proxies; "
       "expected the addresses of the proxies there\n"},
      {"a listener for proxies",
       "[listen]\nproxy_protocol = true\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n",
       ""},
      {"equal", "[limits]\nwire_bytes = \"64KiB\"\nfeed_line_bytes = \"256KiB\"\n", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(to_lines(load_config({"", row.text, {}, {}}).mistakes) == row.lines);
  }
}

TEST_CASE("what is allowed and probably not meant is a warning") {
  const std::string rights = "[[rights]]\nidentity = \"*\"\nsubscribe = [\"#\"]\n";
  const std::vector<Row> rows{
      {"nobody gets in",
       rights + "[auth]\nanonymous = false\n",
       "weir.toml:4:1: auth.anonymous: is false, and there is no key to check tokens with: no "
       "client "
       "gets in; add [[key]], or auth.jwks\n"},
      {"only who has a token gets in",
       rights + "[auth]\nanonymous = false\njwks = \"keys.json\"\n",
       ""},
      {"rights to nothing",
       rights + "[[rights]]\nidentity = \"*\"\n",
       "weir.toml:4:1: rights: allows nothing; add subscribe or publish\n"},
      {"rights that are only a ceiling",
       rights + "[[rights]]\nidentity = \"*\"\nmax_messages_per_s = 1\n",
       ""},
      {"a rule behind a wider one",
       rights + "[[topics]]\nfilter = \"a/#\"\n[[topics]]\nfilter = \"b\"\n[[topics]]\nfilter = "
                "\"a/+\"\n",
       "weir.toml:8:1: topics.filter: \"a/+\" is never reached: \"a/#\" in line 4 matches first; "
       "put "
       "the narrower rule before the wider one\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto result = load_config({"", row.text, {}, {}});
    REQUIRE(result.config.has_value());
    CHECK(to_lines(result.warnings) == row.lines);
  }
}

}  // namespace weir::gateway::config
