#include "protocol/native/json_command_reader.hpp"

#include "protocol/core/limits.hpp"
#include "tests/unit/protocol/native/allocation_counter.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::native {

using tests::Json;

TEST_CASE("a request means what the vectors say, or is refused with the id and by name") {
  for (const auto& vector : tests::load_vectors("commands.json")) {
    CAPTURE(vector.at("name"));
    const auto text = vector.at("text").get<std::string>();
    const auto command = read_command(text);
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
      const auto command = read_command(std::string_view(text).substr(0, bytes));
      REQUIRE_FALSE(command);
      CHECK(command.error().error.code == ErrorCode::bad_request);
      const auto id = command.error().id;
      if (id) CHECK(*id == vector.at("means").at("id").get<RequestId>());
    }
  }
}

TEST_CASE("fields of a record are taken up to the limit and no further") {
  const auto with_fields = [](std::size_t count) {
    std::string text = R"({"op":"publish","topic":"t","fields":{)";
    for (std::size_t i = 0; i < count; ++i) text += "\"" + std::to_string(i) + "\":0,";
    text.back() = '}';
    return text + "}";
  };
  CHECK(read_command(with_fields(record_fields_max)));
  CHECK_FALSE(read_command(with_fields(record_fields_max + 1)));
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
    static_cast<void>(read_command(row.text));
    CHECK(counter.bytes() < 10 * row.text.size());
  }
}

}  // namespace weir::protocol::native
