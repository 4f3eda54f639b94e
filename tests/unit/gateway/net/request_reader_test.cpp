#include "gateway/net/request_reader.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::net {
namespace {

/// Feeds the bytes in pieces; what came out, in words: "GET /a [body] keep" or "400".
std::vector<std::string> read(std::string_view bytes,
                              std::size_t piece_bytes,
                              RequestLimits limits = {}) {
  RequestReader reader(limits);
  std::vector<std::string> words;
  while (true) {
    const auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    auto result = reader.feed(piece);
    while (result && *result) {
      const auto& request = (*result)->request;
      words.push_back(request.method + " " + request.target + " [" + request.body + "]" +
                      ((*result)->keeps_alive ? " keep" : ""));
      result = reader.feed({});
    }
    if (!result) {
      words.push_back(std::to_string(result.error().status));
      return words;
    }
    if (bytes.empty()) return words;
  }
}

void check(std::string_view name,
           std::string_view bytes,
           const std::vector<std::string>& expected,
           RequestLimits limits = {}) {
  CAPTURE(name);
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  CHECK(read(bytes, bytes.size() + 1, limits) == expected);
  CHECK(read(bytes, 1, limits) == expected);
  CHECK(read(bytes, 2 + random.below(20), limits) == expected);
}

using Words = std::vector<std::string>;
const std::string host = "Host: h\r\n";

}  // namespace

TEST_CASE("requests, in any segmentation") {
  check("plain", "GET /a HTTP/1.1\r\n" + host + "\r\n", {"GET /a [] keep"});
  check("to be closed", "GET /a HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", {"GET /a []"});
  check("HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", {"GET /a []"});
  check("with a body",
        "POST /p?q=1 HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello",
        {"POST /p?q=1 [hello] keep"});
  check("two at once",
        "GET /a HTTP/1.1\r\n" + host + "\r\nPOST /b HTTP/1.1\r\n" + host +
            "Content-Length: 1\r\n\r\nxGET /c HTTP/1.1\r\n" + host + "\r\n",
        {"GET /a [] keep", "POST /b [x] keep", "GET /c [] keep"});
  check("a second one that is rubbish",
        "GET /a HTTP/1.1\r\n" + host + "\r\n\r\n",
        {"GET /a [] keep", "400"});
  check("for the whole server", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", {"OPTIONS * [] keep"});
}

TEST_CASE("headers keep their order, names and trimmed values") {
  RequestReader reader({});
  auto result = reader.feed("GET / HTTP/1.1\r\nHost: h\r\nX-A:  one \r\nx-a: two\r\n\r\nrest");
  REQUIRE(result.has_value());
  REQUIRE(result->has_value());
  const auto& request = (*result)->request;
  REQUIRE(request.headers.size() == 3);
  CHECK(request.headers[1].name == "X-A");
  CHECK(request.headers[1].value == "one");
  CHECK(request.joined("X-A") == "one, two");
  CHECK(request.version == 11);
  CHECK(reader.take_rest() == "rest");
  CHECK_FALSE(reader.has_begun());
}

TEST_CASE("what is no proper HTTP is refused, in any segmentation") {
  const std::string line = "GET / HTTP/1.1\r\n";
  check("bare LF", "GET / HTTP/1.1\nHost: h\n\n", {"400"});
  check("bare LF in a header", line + "Host: h\nX: y\r\n\r\n", {"400"});
  check("bare CR", line + "Host: h\rX: y\r\n\r\n", {"400"});
  check("NUL", line + host + std::string("X: a\0b\r\n\r\n", 10), {"400"});
  check("folded header", line + host + "X: a\r\n b\r\n\r\n", {"400"});
  check("folded with a tab", line + host + "X: a\r\n\tb\r\n\r\n", {"400"});
  check("blank before the colon", line + host + "X : a\r\n\r\n", {"400"});
  check("no colon", line + host + "X\r\n\r\n", {"400"});
  check("no host", line + "\r\n", {"400"});
  check("two hosts", line + host + host + "\r\n", {"400"});
  check("two lengths", line + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", {"400"});
  check("length and coding",
        line + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        {"400"});
  check("coding and length",
        line + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        {"400"});
  check("coding in HTTP/1.0",
        "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        {"400"});
  check("negative length", line + host + "Content-Length: -1\r\n\r\n", {"400"});
  check("length that overflows",
        line + host + "Content-Length: 18446744073709551616\r\n\r\n",
        {"400"});
  check("chunked",
        line + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        {"411"});
  check("another coding", line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", {"411"});
  check("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"400"});
  check("HTTP/0.9", "GET /\r\n\r\n", {"400"});
  check("HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", {"400"});
  check("TLS", "\x16\x03\x01\x02", {"400"});
  check("absolute target", "GET http://h/ HTTP/1.1\r\n" + host + "\r\n", {"400"});
  check("empty line first", "\r\n" + line + host + "\r\n", {"400"});
}

TEST_CASE("the size of headers: the limit, and one past it") {
  constexpr std::size_t limit = 200;
  const std::string begin = "GET / HTTP/1.1\r\n" + host + "X: ";
  const auto request = [&](std::size_t bytes) {
    return begin + std::string(bytes - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  REQUIRE(request(limit).size() == limit);
  check("below", request(limit - 1), {"GET / [] keep"}, {.header_bytes = limit});
  check("at", request(limit), {"GET / [] keep"}, {.header_bytes = limit});
  check("past", request(limit + 1), {"431"}, {.header_bytes = limit});
  check("endless", begin + std::string(10'000, 'x'), {"431"}, {.header_bytes = limit});
}

TEST_CASE("the number of headers: the limit, and one past it") {
  std::string request = "GET / HTTP/1.1\r\n" + host;
  for (std::size_t i = 1; i < request_headers_max; ++i) request += "X: y\r\n";
  check("at", request + "\r\n", {"GET / [] keep"});
  check("past", request + "X: y\r\n\r\n", {"431"});
}

TEST_CASE("the length of the target: the limit, and one past it") {
  const auto request = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\n" + host + "\r\n";
  };
  CHECK(read(request(request_target_bytes_max), 100).front().starts_with("GET /aaa"));
  check("past", request(request_target_bytes_max + 1), {"414"});
}

TEST_CASE("the size of the body: the limit, and one past it") {
  const auto request = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'x');
  };
  check("at", request(5), {"POST / [xxxxx] keep"}, {.body_bytes = 5});
  check("past", request(6), {"413"}, {.body_bytes = 5});
  check("declared only", request(1'000'000).substr(0, 80), {"413"}, {.body_bytes = 5});
}

TEST_CASE("a client that waits for 100 Continue is told once") {
  RequestReader reader({});
  auto result = reader.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: ");
  CHECK_FALSE(reader.take_continue());
  result = reader.feed("100-continue\r\n\r\n");
  REQUIRE(result.has_value());
  CHECK(reader.take_continue());
  CHECK_FALSE(reader.take_continue());
  result = reader.feed("x");
  REQUIRE(result.has_value());
  CHECK(result->has_value());
}

TEST_CASE("damaged requests: the outcome does not depend on how they are cut") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  const std::string whole = "POST /a?b=c HTTP/1.1\r\n" + host +
                            "Connection: keep-alive\r\nContent-Length: 3\r\nExpect: x\r\n\r\nabc";
  const std::string parts[] = {"\r\n",
                               "\n",
                               "\r",
                               " ",
                               ":",
                               "\t",
                               std::string(1, '\0'),
                               "Content-Length: 1\r\n",
                               "0",
                               ",",
                               "\xFF"};
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = whole + whole;
    for (auto changes = 1 + random.below(4); changes > 0; --changes) {
      const auto at = random.below(bytes.size());
      const auto& part = parts[random.below(std::size(parts))];
      if (random.once_in(2)) {
        bytes.insert(at, part);
      } else {
        bytes.replace(at, 1 + random.below(3), random.once_in(2) ? part : "");
      }
    }
    CAPTURE(bytes);
    const auto expected = read(bytes, bytes.size());
    REQUIRE(read(bytes, 1) == expected);
    REQUIRE(read(bytes, 1 + random.below(40)) == expected);
  }
}

TEST_CASE("whether a request has begun") {
  RequestReader reader({});
  CHECK_FALSE(reader.has_begun());
  auto result = reader.feed("G");
  CHECK(result.has_value());
  CHECK(reader.has_begun());
  result = reader.feed("ET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(result.has_value());
  CHECK_FALSE(reader.has_begun());
}

}  // namespace weir::gateway::net
