#include "clients/cpp/http_response.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

using protocol::as_mutable_bytes;

constexpr std::string_view upgrade =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-Empty:\r\nvia:  a \r\nVia: "
    "b\r\n\r\n";

std::string error_of(std::string text) {
  HttpResponseReader reader;
  protocol::MutableByteView in = as_mutable_bytes(text);
  const auto response = reader.next(in);
  return response ? std::string() : response.error();
}

}  // namespace

TEST_CASE("a response head is read wherever it is split, and what follows stays") {
  for (std::size_t split = 0; split <= upgrade.size(); ++split) {
    CAPTURE(split);
    HttpResponseReader reader;
    std::string first(upgrade.substr(0, split));
    protocol::MutableByteView in = as_mutable_bytes(first);
    auto response = reader.next(in);
    REQUIRE(response.has_value());
    CHECK(in.empty());
    std::string second = std::string(upgrade.substr(split)) + "frames";
    in = as_mutable_bytes(second);
    if (!*response) response = reader.next(in);
    REQUIRE(response.has_value());
    REQUIRE(response->has_value());
    const auto& head = **response;
    CHECK(head.status == 101);
    CHECK(head.reason == "Switching Protocols");
    CHECK(head.header("upgrade") == "websocket");
    CHECK(head.header("X-Empty").empty());
    CHECK(head.header("VIA") == "a, b");
    CHECK(head.header("other").empty());
    CHECK(protocol::as_text(in) == "frames");
  }
}

TEST_CASE("a reason may be missing") {
  HttpResponseReader reader;
  std::string text = "HTTP/1.0 404\r\n\r\n";
  protocol::MutableByteView in = as_mutable_bytes(text);
  const auto response = reader.next(in);
  REQUIRE(response.has_value());
  REQUIRE(response->has_value());
  CHECK((*response)->status == 404);
  CHECK((*response)->reason.empty());
}

TEST_CASE("what is no HTTP response is refused at the first byte that says so") {
  CHECK(error_of("S").find("does not speak HTTP") != std::string::npos);
  CHECK(error_of("HTTX").find("does not speak HTTP") != std::string::npos);
  CHECK(error_of("HTTP").empty());
  CHECK(error_of("HTTP/2 200 OK\r\n\r\n").find("does not speak HTTP") != std::string::npos);
  CHECK(error_of("HTTP/1.1 2x0 OK\r\n\r\n").find("does not speak HTTP") != std::string::npos);
  CHECK(error_of("HTTP/1.1 099 OK\r\n\r\n").find("does not speak HTTP") != std::string::npos);
  CHECK(error_of("HTTP/1.1 200 OK\r\nno header\r\n\r\n").find("malformed") != std::string::npos);
  CHECK(error_of("HTTP/1.1 200 OK\r\na b: c\r\n\r\n").find("malformed") != std::string::npos);
}

TEST_CASE("a head may be as long as the limit and no byte longer") {
  const std::string start = "HTTP/1.1 200 OK\r\na: ";
  const std::string end = "\r\n\r\n";
  const auto padding = HttpResponseReader::head_bytes_max - start.size() - end.size();
  CHECK(error_of(start + std::string(padding, 'x') + end).empty());
  CHECK(error_of(start + std::string(padding + 1, 'x') + end).find("too long") !=
        std::string::npos);
  CHECK(error_of(start + std::string(padding + 5, 'x')).find("too long") != std::string::npos);
}

}  // namespace weir::clients::cpp
