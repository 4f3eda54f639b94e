#include "adapters/amqp/broker.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::amqp {

TEST_CASE("a broker is named by a URL, of which most may be left out") {
  struct Row {
    const char* url;
    Broker expected;
  };
  for (const Row& row :
       {Row{"amqp://guest:guest@127.0.0.1:5672/%2f", {"127.0.0.1", 5672, "guest", "guest", "/"}},
        Row{"amqp://broker", {"broker", 5672, "guest", "guest", "/"}},
        Row{"amqp://broker/", {"broker", 5672, "guest", "guest", "/"}},
        Row{"amqp://broker/market", {"broker", 5672, "guest", "guest", "market"}},
        Row{"amqp://u%40x:p%3a%2F@broker:1/a%20b", {"broker", 1, "u@x", "p:/", "a b"}},
        Row{"amqp://user@broker", {"broker", 5672, "user", "", "/"}},
        Row{"amqp://user:@[::1]:65535", {"::1", 65535, "user", "", "/"}},
        Row{"amqp://[::1]/x", {"::1", 5672, "guest", "guest", "x"}},
        Row{"amqps://broker", {"broker", 5671, "guest", "guest", "/", true}},
        Row{"amqps://u:p@[::1]:7/x", {"::1", 7, "u", "p", "x", true}}}) {
    CAPTURE(row.url);
    const auto broker = parse_broker(row.url);
    REQUIRE(broker);
    CHECK(*broker == row.expected);
  }
}

TEST_CASE("a wrong URL is told without its password") {
  for (const char* url : {"",
                          "http://broker",
                          "amqps://u:secret@broker:0",
                          "amqpss://u:secret@broker",
                          "amqp://",
                          "amqp://u:secret@",
                          "amqp://u:secret@broker:0",
                          "amqp://u:secret@broker:65536",
                          "amqp://u:secret@broker:",
                          "amqp://u:secret@broker:x",
                          "amqp://u:secret@[::1",
                          "amqp://u:secret@[::1]x",
                          "amqp://u:secret@broker/a/b",
                          "amqp://u:secret@broker/%2",
                          "amqp://u:secret@broker/%zz",
                          "amqp://u:secret@broker/%00",
                          "amqp://:secret@broker",
                          "amqp://u:secret%f@broker"}) {
    CAPTURE(url);
    const auto broker = parse_broker(url);
    REQUIRE_FALSE(broker);
    CHECK_FALSE(broker.error().empty());
    CHECK(broker.error().find("secret") == std::string::npos);
  }
}

TEST_CASE("a broker is shown without user and password") {
  CHECK(url_of({"broker", 5672, "u", "secret", "/"}) == "amqp://broker:5672/%2f");
  CHECK(url_of({"::1", 1, "u", "secret", "a b"}) == "amqp://[::1]:1/a%20b");
  CHECK(url_of({"broker", 5671, "u", "secret", "/", true}) == "amqps://broker:5671/%2f");
}

}  // namespace weir::adapters::amqp
