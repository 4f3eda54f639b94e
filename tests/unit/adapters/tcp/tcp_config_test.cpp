#include "adapters/tcp/tcp_config.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::tcp {

TEST_CASE("an address to listen at or to dial is all that is needed") {
  const TcpConfig listen = parse_config(R"({"listen":"127.0.0.1:0"})");
  CHECK(listen.mode == Mode::listen);
  CHECK(listen.address == Address{"127.0.0.1", 0});
  CHECK_FALSE(listen.upstream);
  CHECK_FALSE(listen.require_feeder);

  const TcpConfig dial = parse_config(
      R"({"dial":"feed.example.org:9100","upstream":true,"reconnect_max_ms":100,
          "max_connections":1,"require_feeder":true})");
  CHECK(dial.mode == Mode::dial);
  CHECK(dial.address == Address{"feed.example.org", 9100});
  CHECK(dial.upstream);
  CHECK(dial.reconnect_max == std::chrono::milliseconds(100));
  CHECK(parse_config(R"({"listen":"[::1]:9100"})").address == Address{"::1", 9100});
}

TEST_CASE("addresses are shown as URLs") {
  CHECK(url_of({"127.0.0.1", 9100}) == "tcp://127.0.0.1:9100");
  CHECK(url_of({"::1", 9100}) == "tcp://[::1]:9100");
}

TEST_CASE("a wrong configuration names the key") {
  struct Row {
    const char* json;
    const char* part;
  };
  for (const Row& row :
       {Row{"{}", "exactly one of the keys 'listen' and 'dial'"},
        Row{R"({"listen":"127.0.0.1:1","dial":"a:1"})", "exactly one of the keys"},
        Row{R"({"listen":"127.0.0.1"})", "key 'listen' is '127.0.0.1'; expected"},
        Row{R"({"listen":"localhost:1"})", "key 'listen'"},
        Row{R"({"listen":"127.0.0.1:65536"})", "key 'listen'"},
        Row{R"({"listen":"127.0.0.1:"})", "key 'listen'"},
        Row{R"({"listen":":9100"})", "key 'listen'"},
        Row{R"({"listen":"::1:9100"})", "key 'listen'"},
        Row{R"({"listen":"[127.0.0.1]:9100"})", "key 'listen'"},
        Row{R"({"dial":"host"})", "key 'dial'"},
        Row{R"({"dial":"host:0"})", "key 'dial'"},
        Row{R"({"dial":7})", "key 'dial' must be a string"},
        Row{R"({"dial":"a:1","max_connections":0})", "key 'max_connections' must be"},
        Row{R"({"dial":"a:1","reconnect_max_ms":99})", "key 'reconnect_max_ms' must be"},
        Row{R"({"lisen":"127.0.0.1:1"})", "'lisen' is unknown; did you mean 'listen'?"}}) {
    CAPTURE(row.json);
    std::string reason;
    try {
      static_cast<void>(parse_config(row.json));
    } catch (const abi::Failure& failure) {
      reason = failure.what();
    }
    CAPTURE(reason);
    CHECK(reason.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::tcp
