#include "clients/cli/delivery_line.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {
namespace {

cpp::Delivered delivered(std::optional<protocol::Payload> data) {
  cpp::Delivered delivery;
  delivery.topic = "quotes/\"A\"";
  delivery.kind = protocol::Kind::value;
  delivery.position = {"e1", 18};
  delivery.data = std::move(data);
  return delivery;
}

protocol::Payload json(std::string text) {
  return {protocol::PayloadFormat::json, std::move(text)};
}

}  // namespace

TEST_CASE("a line has the topic and the data as it was published") {
  const auto delivery = delivered(json("{\"bid\":1.10}"));
  CHECK(text_line(delivery) == "quotes/\"A\" {\"bid\":1.10}\n");
  CHECK(json_line(delivery) ==
        R"({"topic":"quotes/\"A\"","kind":"value","epoch":"e1","offset":18,"data":{"bid":1.10}})"
        "\n");
}

TEST_CASE("data of several lines becomes one") {
  const auto delivery = delivered(json("{\r\n \"a\": \"x\\ny\"\n}"));
  CHECK(text_line(delivery) == "quotes/\"A\" {   \"a\": \"x\\ny\" }\n");
  CHECK(json_line(delivery).find('\n') == json_line(delivery).size() - 1);
}

TEST_CASE("bytes are base64") {
  const auto delivery =
      delivered(protocol::Payload{protocol::PayloadFormat::bytes, std::string("\0\xff", 2)});
  CHECK(text_line(delivery) == "quotes/\"A\" {\"b64\":\"AP8=\"}\n");
  CHECK(json_line(delivery).find(R"("data":{"b64":"AP8="})") != std::string::npos);
}

TEST_CASE("a deleted topic has no data") {
  CHECK(text_line(delivered({})) == "quotes/\"A\"\n");
  CHECK(json_line(delivered({})) ==
        R"({"topic":"quotes/\"A\"","kind":"value","epoch":"e1","offset":18,"deleted":true})"
        "\n");
}

TEST_CASE("time and counts stand ahead where they were asked for") {
  auto delivery = delivered(json("1"));
  delivery.unix_ms = 1'790'000'000'123;
  delivery.conflated = 7;
  delivery.is_snapshot = true;
  CHECK(text_line(delivery) == "2026-09-21T14:13:20.123Z x7 quotes/\"A\" 1\n");
  CHECK(json_line(delivery).find(R"("data":1,"snapshot":true,"ts":1790000000123,"counts":7})") !=
        std::string::npos);
}

}  // namespace weir::clients::cli
