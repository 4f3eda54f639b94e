#include "adapters/common/broker_url.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {
namespace {

constexpr UrlScheme scheme{
    .name = "mq", .port = 1, .tls_name = "mqs", .tls_port = 2, .path = "database"};
constexpr UrlScheme bare{.name = "mq", .port = 1, .tls_name = "", .tls_port = 0, .path = ""};

BrokerUrl broker(std::string host, std::uint16_t port, bool has_tls = false) {
  BrokerUrl made;
  made.has_tls = has_tls;
  made.host = std::move(host);
  made.port = port;
  return made;
}

BrokerUrl with_user(BrokerUrl made, std::string user, std::string password) {
  made.user = std::move(user);
  made.password = std::move(password);
  return made;
}

BrokerUrl with_path(BrokerUrl made, std::string path) {
  made.path = std::move(path);
  return made;
}

}  // namespace

TEST_CASE("a broker is named by a URL, of which most may be left out") {
  struct Row {
    const char* url;
    BrokerUrl expected;
  };
  for (const Row& row :
       {Row{"mq://host", broker("host", 1)},
        Row{"mqs://host", broker("host", 2, true)},
        Row{"mq://host:7/", broker("host", 7)},
        Row{"mq://host/a%20b", with_path(broker("host", 1), "a b")},
        Row{"mq://u%40x:p%3a%2F@host:7", with_user(broker("host", 7), "u@x", "p:/")},
        Row{"mq://user@host", with_user(broker("host", 1), "user", "")},
        Row{"mqs://user:@[::1]:65535/1",
            with_path(with_user(broker("::1", 65535, true), "user", ""), "1")}}) {
    CAPTURE(row.url);
    const auto parsed = parse_broker_url(row.url, scheme);
    REQUIRE(parsed);
    CHECK(*parsed == row.expected);
  }
}

TEST_CASE("a wrong URL is told without its password") {
  for (const char* url : {"",
                          "http://host",
                          "mq:/host",
                          "mqx://u:secret@host",
                          "mq://",
                          "mq://u:secret@",
                          "mq://u:secret@host:0",
                          "mq://u:secret@host:65536",
                          "mq://u:secret@host:",
                          "mq://u:secret@host:x",
                          "mq://u:secret@[::1",
                          "mq://u:secret@[::1]x",
                          "mq://u:secret@host/a/b",
                          "mq://u:secret@host/%2",
                          "mq://u:secret@host/%zz",
                          "mq://u:secret@host/%00",
                          "mq://:secret@host",
                          "mq://u:secret%f@host"}) {
    CAPTURE(url);
    const auto parsed = parse_broker_url(url, scheme);
    REQUIRE_FALSE(parsed);
    CHECK_FALSE(parsed.error().empty());
    CHECK(parsed.error().find("secret") == std::string::npos);
  }
  CHECK(parse_broker_url("x://h", scheme).error() == "it does not begin with mq:// or mqs://");
  CHECK(parse_broker_url("mqs://h", bare).error() == "it does not begin with mq://");
  CHECK(parse_broker_url("mq://h/1", bare).error() == "nothing may stand behind its port");
  CHECK(parse_broker_url("mq://h/", bare));
}

TEST_CASE("some brokers know passwords without users") {
  constexpr UrlScheme userless{
      .name = "mq", .port = 1, .tls_name = "", .tls_port = 0, .path = "", .has_users = false};
  const auto parsed = parse_broker_url("mq://:secret@host", userless);
  REQUIRE(parsed);
  CHECK(*parsed == with_user(broker("host", 1), "", "secret"));
}

TEST_CASE("a broker is shown without user and password") {
  CHECK(url_of(with_user(broker("host", 1), "u", "secret"), scheme) == "mq://host:1");
  CHECK(url_of(with_path(broker("::1", 2, true), "a b"), scheme) == "mqs://[::1]:2/a%20b");
}

}  // namespace weir::adapters::common
