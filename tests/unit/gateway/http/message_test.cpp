#include "gateway/http/message.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::http {

TEST_CASE("headers are found without regard to case") {
  const Request request{.method = "GET",
                        .target = "/a",
                        .headers = {{"Accept", "one"}, {"ACCEPT", "two"}, {"Empty", ""}}};
  CHECK(request.header("accept") == "one");
  CHECK(request.header("empty") == "");
  CHECK_FALSE(request.header("accep").has_value());
  CHECK(request.count("aCCept") == 2);
  CHECK(request.count("none") == 0);
  CHECK(request.joined("accept") == "one, two");
  CHECK(request.joined("none").empty());
}

TEST_CASE("an empty first value is joined like any other") {
  const Request request{.headers = {{"Key", ""}, {"Key", "x"}}};
  CHECK(request.joined("key") == ", x");
}

TEST_CASE("a target is path and query") {
  CHECK(Request{.target = "/a/b?c=d?e"}.path() == "/a/b");
  CHECK(Request{.target = "/a/b?c=d?e"}.query() == "c=d?e");
  CHECK(Request{.target = "/a"}.path() == "/a");
  CHECK(Request{.target = "/a"}.query().empty());
  CHECK(Request{.target = "/a?"}.query().empty());
}

TEST_CASE("dates as HTTP writes them") {
  CHECK(http_date(784'111'777'000) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(784'111'777'999) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(951'782'400'000) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(http_date(4'102'444'799'000) == "Thu, 31 Dec 2099 23:59:59 GMT");
}

TEST_CASE("responses on the wire") {
  struct Row {
    std::string_view name;
    Response response;
    ResponseOptions options;
    std::string_view expected;
  };
  const Row rows[] = {
      {"text",
       text_response(404, "Nothing here."),
       {},
       "HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 14\r\n"
       "Content-Type: text/plain; charset=utf-8\r\n\r\nNothing here.\n"},
      {"the last one of a connection",
       {.status = 200, .content_type = "application/json", .body = "{}", .headers = {{"A", "b"}}},
       {.keeps_alive = false},
       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n"
       "Content-Type: application/json\r\nA: b\r\n\r\n{}"},
      {"at a time",
       text_response(200, "x"),
       {.unix_ms = 784'111'777'000},
       "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
       "Content-Length: 2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx\n"},
      {"HEAD",
       text_response(200, "x"),
       {.is_head = true},
       "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n"
       "Content-Type: text/plain; charset=utf-8\r\n\r\n"},
      {"no content",
       {.status = 204},
       {},
       "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"},
      {"empty body",
       {},
       {},
       "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"},
      {"upgrade",
       {.status = 101, .headers = {{"Connection", "Upgrade"}}},
       {},
       "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n"},
      {"a status without a phrase",
       {.status = 299},
       {},
       "HTTP/1.1 299 Unknown\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(to_wire(row.response, row.options) == row.expected);
  }
}

TEST_CASE("the head of an endless response tells no length, and that the connection ends it") {
  const Response response{.content_type = "text/event-stream", .headers = {{"Vary", "Origin"}}};
  CHECK(to_wire(response, {.is_endless = true}) ==
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n"
        "Vary: Origin\r\n\r\n");
}

TEST_CASE("a body is JSON where its type says so") {
  const auto is_json = [](std::string type) {
    return Request{.headers = {{"content-type", std::move(type)}}}.has_json_body();
  };
  CHECK(is_json("application/json"));
  CHECK(is_json("Application/JSON ; charset=utf-8"));
  CHECK_FALSE(is_json("application/jsonp"));
  CHECK_FALSE(is_json("text/plain"));
  CHECK_FALSE(Request{}.has_json_body());
}

}  // namespace weir::gateway::http
