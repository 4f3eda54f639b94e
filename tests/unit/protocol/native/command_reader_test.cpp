#include "protocol/native/command_reader.hpp"

#include "protocol/core/limits.hpp"
#include "protocol/native/cbor_checker.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/native/allocation_counter.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::protocol::native {

using tests::Json;

namespace {

Result<Command, CommandError> read(std::string_view json) {
  return read_command(check_object(json, JsonRules::of_request()));
}

Result<Command, CommandError> read_cbor(std::string_view message) {
  std::string json;
  return read_command(check_cbor(message, JsonRules::of_request(), "data", json));
}

std::string cbor_of(const Json& json) {
  const auto bytes = Json::to_cbor(json);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a request means what the vectors say, or is refused with the id and by name") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    CAPTURE(vector.at("name"));
    const auto text = vector.at("text").get<std::string>();
    const auto command = read(text);
    if (vector.contains("means")) {
      REQUIRE_MESSAGE(command, command.error().error.message());
      // unordered: positions are a map
      CHECK(nlohmann::json(tests::meaning_of(*command)) == nlohmann::json(vector.at("means")));
      continue;
    }
    REQUIRE_FALSE(command);
    const auto& expected = vector.at("error");
    const auto& refused = command.error();
    CHECK(info(refused.error.code).name == expected.at("code").get<std::string>());
    if (expected.contains("message")) {
      CHECK(refused.error.message() == expected.at("message").get<std::string>());
    }
    CHECK(refused.id.has_value() == expected.contains("id"));
    if (refused.id) CHECK(*refused.id == expected.value("id", -1));
  }
}

TEST_CASE("a request that is cut short is refused, wherever it is cut, with its own id or none") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    if (!vector.contains("means")) continue;
    auto text = vector.at("text").get<std::string>();
    text.resize(text.rfind('}') + 1);  // without the space behind
    CAPTURE(text);
    for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
      const auto command = read(std::string_view(text).substr(0, bytes));
      REQUIRE_FALSE(command);
      CHECK(command.error().error.code == ErrorCode::bad_request);
      const auto id = command.error().id;
      if (id) CHECK(*id == vector.at("means").at("id").get<RequestId>());
    }
  }
}

TEST_CASE("as CBOR, written by another library, a request means the same, or is refused the same") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    const auto text = vector.at("text").get<std::string>();
    if (!Json::accept(text)) continue;
    const auto message = Json::parse(text);
    // A float without a fraction is an integer here, and none in JSON.
    if (message.dump().find("15000.0") != std::string::npos) continue;
    CAPTURE(text);
    const auto of_json = read(message.dump());
    const auto of_cbor = read_cbor(cbor_of(message));
    REQUIRE(of_cbor.has_value() == of_json.has_value());
    if (of_cbor) {
      CHECK(tests::normalized(tests::meaning_of(*of_cbor)) ==
            tests::normalized(tests::meaning_of(*of_json)));
    } else {
      CHECK(of_cbor.error().error.code == of_json.error().error.code);
      CHECK(of_cbor.error().id == of_json.error().id);
    }
  }
}

TEST_CASE("as CBOR, a request that is cut short is refused, with its own id or none") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    if (!vector.contains("means")) continue;
    const auto message = cbor_of(Json::parse(vector.at("text").get<std::string>()));
    CAPTURE(vector.at("name"));
    for (std::size_t bytes = 0; bytes < message.size(); ++bytes) {
      const auto command = read_cbor(std::string_view(message).substr(0, bytes));
      REQUIRE_FALSE(command);
      CHECK(command.error().error.code == ErrorCode::bad_request);
      const auto id = command.error().id;
      if (id) CHECK(*id == vector.at("means").at("id").get<RequestId>());
    }
  }
}

TEST_CASE("data that is a byte string is bytes; the id is told where another member is broken") {
  auto publish = Json{{"op", "publish"}, {"id", 5}, {"topic", "t"}};
  publish["data"] = Json::binary({0, 0xff});
  const auto command = read_cbor(cbor_of(publish));
  REQUIRE(command);
  CHECK(std::get<PublishCommand>(*command).publication.payload ==
        Payload{PayloadFormat::bytes, std::string("\0\xff", 2)});

  publish["data"] = Json::array({Json::binary({0})});
  const auto nested = read_cbor(cbor_of(publish));
  REQUIRE_FALSE(nested);
  CHECK(nested.error().id == 5);
  CHECK(nested.error().error.message() == R"(byte 30: a byte string can only be "data")");
}

TEST_CASE("fields of a record are taken up to the limit and no further") {
  const auto with_fields = [](std::size_t count) {
    std::string text = R"({"op":"publish","topic":"t","fields":{)";
    for (std::size_t i = 0; i < count; ++i) text += "\"" + std::to_string(i) + "\":0,";
    text.back() = '}';
    return text + "}";
  };
  CHECK(read(with_fields(record_fields_max)));
  CHECK_FALSE(read(with_fields(record_fields_max + 1)));
}

TEST_CASE(
    "reading CBOR allocates a small multiple of the message, and nothing for what it declares") {
  const auto filled = [](std::string_view front, std::string_view piece) {
    auto message = tests::from_hex(front);
    while (message.size() < std::size_t{64} * 1024) message += tests::from_hex(piece);
    return message;
  };
  struct Row {
    std::string name;
    std::string message;
  };
  const std::vector<Row> rows{
      {"an array of all memory", filled("a161619bffffffffffffffff", "00")},
      {"a text of all memory", filled("a161617bffffffffffffffff", "00")},
      {"half floats of many digits", filled("bf61619f", "f90001")},
      {"words", filled("bf61619f", "f4")},
      {"control characters", filled("bf61617f", "6101")},
      {"arrays", filled("bf61619f", "80")},
      {"names", filled("bf6161bf", "616100")},
      {"bytes in parts", filled("bf64646174615f", "4100")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const tests::AllocationCounter counter;
    static_cast<void>(read_cbor(row.message));
    CHECK(counter.bytes() < 40 * row.message.size());
  }
  const tests::AllocationCounter counter;
  static_cast<void>(read_cbor(tests::from_hex("bf61619bffffffffffffffff")));
  CHECK(counter.bytes() < 2000);
}

TEST_CASE("reading allocates a small multiple of the message, whatever it holds") {
  const auto repeated =
      [](std::string_view before, std::string_view piece, std::string_view after) {
        std::string text(before);
        while (text.size() < std::size_t{64} * 1024) {
          text += fmt::format(fmt::runtime(piece), text.size());
        }
        text.pop_back();
        return text.append(after);
      };
  struct Row {
    std::string name;
    std::string text;
  };
  const std::vector<Row> rows{
      {"positions",
       repeated(
           R"({"op":"positions","id":1,"from":{)", R"("{}":{{"epoch":"a","offset":0}},)", "}}")},
      {"names", repeated(R"({"op":"publish","topic":"t","data":{)", R"("{}":0,)", "}}")},
      {"names with escapes",
       repeated(R"({"op":"publish","topic":"t","data":{)", R"("\u0061{}":0,)", "}}")},
      {"objects", repeated(R"({"op":"publish","topic":"t","data":[)", R"({{"a":0}},)", "]}")},
      {"fields", repeated(R"({"op":"publish","topic":"t","fields":{)", R"("{}":0,)", "}}")},
      {"members", repeated("{", R"("{}":0,)", "}")},
      {"bytes", repeated(R"({"op":"publish","topic":"t","data":{"b64":")", "AAAA", R"("}})")},
      {"a long topic", repeated(R"({"op":"publish","data":1,"topic":")", "aaaa", R"("})")},
      {"a long unknown name", repeated("{\"", "aaaa", R"(":1})")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const tests::AllocationCounter counter;
    static_cast<void>(read(row.text));
    CHECK(counter.bytes() < 10 * row.text.size());
  }
}

}  // namespace weir::protocol::native
