#include "adapters/tcp/tcp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace weir::adapters::tcp {
namespace {

/// Why it is refused; empty: it is not.
std::string refusal(const std::string& json) {
  try {
    static_cast<void>(parse_config(json));
    return {};
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
}

std::string with_feeders(const std::string& feeders) {
  return R"({"listen":"127.0.0.1:0","feeders":)" + feeders + "}";
}

/// A file with a secret, quoted for JSON.
struct SecretFile {
  tests::TemporaryFolder folder;

  [[nodiscard]] std::string with(const std::string& secret) const {
    const auto file = folder.path() / std::to_string(secret.size());
    std::ofstream(file) << secret;
    return '"' + file.string() + '"';
  }
};

}  // namespace

TEST_CASE("an address to listen at or to dial is all that is needed") {
  const TcpConfig listen = parse_config(R"({"listen":"127.0.0.1:0"})");
  CHECK(listen.mode == Mode::listen);
  CHECK(listen.addresses == std::vector{Address{"127.0.0.1", 0}});
  CHECK_FALSE(listen.upstream);
  CHECK_FALSE(listen.require_feeder);
  CHECK(listen.format == FeedFormat::json);
  CHECK(parse_config(R"({"listen":"127.0.0.1:0","format":"cbor"})").format == FeedFormat::cbor);
  CHECK(refusal(R"({"listen":"127.0.0.1:0","format":"xml"})") ==
        "key 'format' is 'xml'; expected 'json' or 'cbor'");

  const TcpConfig dial = parse_config(
      R"({"dial":"feed.example.org:9100","upstream":true,"reconnect_max_ms":100,
          "max_connections":1,"require_feeder":true})");
  CHECK(dial.mode == Mode::dial);
  CHECK(dial.addresses == std::vector{Address{"feed.example.org", 9100}});
  CHECK(dial.upstream);
  CHECK(dial.reconnect_max == std::chrono::milliseconds(100));
  CHECK(parse_config(R"({"listen":"[::1]:9100"})").addresses == std::vector{Address{"::1", 9100}});
  CHECK(parse_config(R"({"dial":["a:1","[::1]:2"]})").addresses ==
        std::vector{Address{"a", 1}, Address{"::1", 2}});
}

TEST_CASE("addresses are shown as URLs") {
  CHECK(url_of({"127.0.0.1", 9100}, Wire::plain) == "tcp://127.0.0.1:9100");
  CHECK(url_of({"::1", 9100}, Wire::tls) == "tls://[::1]:9100");
}

TEST_CASE("windows and times have defaults and limits") {
  const TcpConfig usual = parse_config(R"({"listen":"127.0.0.1:0"})");
  CHECK(usual.ack_window == 16384);
  CHECK(usual.heartbeat == std::chrono::seconds(15));
  CHECK(usual.handshake_max == std::chrono::seconds(5));
  CHECK(usual.wire() == Wire::plain);
  const TcpConfig own = parse_config(
      R"({"listen":"127.0.0.1:0","ack_window":1,"heartbeat_ms":0,"handshake_ms":100})");
  CHECK(own.ack_window == 1);
  CHECK(own.heartbeat.count() == 0);
  CHECK(own.handshake_max == std::chrono::milliseconds(100));
  CHECK(refusal(R"({"listen":"127.0.0.1:0","heartbeat_ms":249})").find("'heartbeat_ms'") !=
        std::string::npos);
  CHECK(refusal(R"({"listen":"127.0.0.1:0","ack_window":65537})").find("'ack_window'") !=
        std::string::npos);
}

TEST_CASE("TLS is the listener's or the dialler's, as the mode is") {
  const TcpConfig listen = parse_config(
      R"({"listen":"127.0.0.1:0","tls":{"certificate":"c","key":"k","client_ca":"a"}})");
  CHECK(listen.wire() == Wire::tls);
  CHECK(listen.tls->role == common::TlsOptions::Role::server);
  const TcpConfig dial = parse_config(R"({"dial":"a:1","tls":{"server_name":"b"}})");
  CHECK(dial.tls->role == common::TlsOptions::Role::client);
  CHECK(refusal(R"({"dial":"a:1","tls":{"client_ca":"b"}})").find("'tls.client_ca' is unknown") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(SecretFile, "feeders have secrets from files or variables, and filters") {
  REQUIRE(::setenv("WEIR_TEST_FEEDER_SECRET", "0123456789abcdef", 1) == 0);
  const TcpConfig config = parse_config(with_feeders(
      R"([{"name":"prices","secret_file":)" + with("fedcba9876543210\n") +
      R"(,"publish":["quotes/#"]},{"name":"x","secret_env":"WEIR_TEST_FEEDER_SECRET"}])"));
  REQUIRE(config.feeders.size() == 2);
  CHECK(config.feeders[0].name == "prices");
  CHECK(config.feeders[0].secret == digest_of("fedcba9876543210"));
  CHECK(config.feeders[0].publish == std::vector<std::string>{"quotes/#"});
  CHECK(config.feeders[1].secret == digest_of("0123456789abcdef"));
  CHECK(config.feeders[1].publish.empty());
}

TEST_CASE_FIXTURE(SecretFile, "what is wrong with a feeder is told with its key") {
  const std::string good = with("0123456789abcdef");
  struct Row {
    std::string feeders;
    const char* part;
  };
  for (const Row& row : {
           Row{R"({"name":"a"})", "key 'feeders' must be a list of tables"},
           Row{R"([{"secret_file":)" + good + "}]", "key 'feeders[0].name' is needed"},
           Row{R"([{"name":"a"}])", "key 'feeders[0].secret_file' is needed, or 'secret_env'"},
           Row{R"([{"name":"a","secret_env":"X","secret_file":)" + good + "}]", "and not both"},
           Row{R"([{"name":"a","secret_file":"/none/s"}])",
               "names '/none/s', which cannot be read: No such file"},
           Row{R"([{"name":"a","secret_env":"WEIR_TEST_NOT_THERE"}])",
               "names the variable 'WEIR_TEST_NOT_THERE', which is not set"},
           Row{R"([{"name":"a","secret_file":)" + with("0123456789abcde") + "}]",
               "key 'feeders[0].secret_file' names a secret of 15 bytes"},
           Row{R"([{"name":"a","secret_file":)" + with(std::string(1025, 'x')) + "}]",
               "a secret of 1025 bytes"},
           Row{R"([{"name":"a","publish":[],"secret_file":)" + good + "}]",
               "key 'feeders[0].publish' is empty"},
           Row{R"([{"name":"a","publish":["a//b"],"secret_file":)" + good + "}]",
               "key 'feeders[0].publish' has 'a//b'"},
           Row{R"([{"name":"a","secret_file":)" + good + R"(},{"name":"b","secret_file":)" + good +
                   "}]",
               "key 'feeders[1].name' is 'b', with the secret of 'a'"},
           Row{R"([{"name":"a","secret":"0123456789abcdef","secret_file":)" + good + "}]",
               "key 'feeders[0].secret' is unknown"},
       }) {
    CAPTURE(row.feeders);
    const std::string reason = refusal(with_feeders(row.feeders));
    CAPTURE(reason);
    CHECK(reason.find(row.part) != std::string::npos);
    CHECK(reason.find("0123456789abcde") == std::string::npos);
  }
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
        Row{R"({"dial":7})", "key 'dial' must be a string or a list of strings"},
        Row{R"({"dial":[]})", "key 'dial' must have 1 to 16 addresses"},
        Row{R"({"dial":"a:1","max_connections":0})", "key 'max_connections' must be"},
        Row{R"({"dial":"a:1","reconnect_max_ms":99})", "key 'reconnect_max_ms' must be"},
        Row{R"({"lisen":"127.0.0.1:1"})", "'lisen' is unknown; did you mean 'listen'?"}}) {
    CAPTURE(row.json);
    const std::string reason = refusal(row.json);
    CAPTURE(reason);
    CHECK(reason.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::tcp
