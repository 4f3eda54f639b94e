// SPEC.md against the code: every example is read, every table compared.
#include "protocol/core/json_cursor.hpp"
#include "protocol/core/json_patch.hpp"
#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/json_client.hpp"
#include "protocol/native/json_codec.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::protocol::native {

namespace {

std::vector<std::string> spec_lines() {
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/protocol/native/SPEC.md");
  REQUIRE(in.is_open());
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The lines of all fences with this mark, such as "json event".
std::vector<std::string> examples(std::string_view mark) {
  std::vector<std::string> out;
  bool is_inside = false;
  for (const auto& line : spec_lines()) {
    if (line.starts_with("```")) {
      is_inside = line == fmt::format("```{}", mark);
    } else if (is_inside) {
      out.push_back(line);
    }
  }
  return out;
}

/// The rows of the tables between the heading that starts with `heading` and the next one, as
/// written, without the first two lines of each.
std::vector<std::string> table_rows(std::string_view heading) {
  std::vector<std::string> rows;
  bool is_inside = false;
  for (const auto& line : spec_lines()) {
    if (line.starts_with("## ")) is_inside = line.starts_with(heading);
    if (is_inside && line.starts_with("| ") && !line.starts_with("| code")) rows.push_back(line);
  }
  return rows;
}

std::string yes_or_no(Retry retry) {
  return retry == Retry::yes ? "yes" : "no";
}

void check_command(const std::string& text) {
  CAPTURE(text);
  const auto command = json_codec().decode(text);
  CHECK_MESSAGE(command, command.error().error.message());
}

void check_event(const std::string& text) {
  CAPTURE(text);
  const auto event = read_server_message(text);
  REQUIRE_MESSAGE(event, event.error().message());
  CHECK_FALSE(std::holds_alternative<IgnoredMessage>(*event));
}

}  // namespace

TEST_CASE("every request in SPEC.md is one, and there is one of each") {
  std::set<std::size_t> kinds;
  for (const auto& text : examples("json command")) {
    check_command(text);
    if (const auto command = json_codec().decode(text)) kinds.insert(command->index());
  }
  CHECK(kinds.size() == std::variant_size_v<Command>);
}

TEST_CASE("every event in SPEC.md is one, and there is one of each") {
  std::set<std::size_t> kinds;
  for (const auto& text : examples("json event")) {
    check_event(text);
    if (const auto event = read_server_message(text)) kinds.insert(event->index());
  }
  CHECK(kinds.size() == std::variant_size_v<ServerMessage> - 1);  // all but IgnoredMessage
}

TEST_CASE("the CBOR in SPEC.md says what stands beside it") {
  const auto lines = examples("cbor");
  REQUIRE(lines.size() == 4);
  for (const auto& line : lines) {
    CAPTURE(line);
    const auto gap = line.find("  ");
    REQUIRE(gap != std::string::npos);
    const auto message = tests::from_hex(line.substr(0, gap));
    const auto text = line.substr(gap + 2);
    if (text.starts_with(R"({"op":)")) {
      const auto command = cbor_codec().decode(message);
      REQUIRE(command);
      CHECK(tests::meaning_of(*command) == tests::meaning_of(*json_codec().decode(text)));
    } else {
      const auto read = read_cbor_server_message(message);
      REQUIRE(read);
      CHECK(tests::normalized(tests::meaning_of(*read)) ==
            tests::normalized(tests::meaning_of(*read_server_message(text))));
    }
  }
}

TEST_CASE("the patch in SPEC.md is what the gateway makes, and comes to what stands there") {
  const auto lines = examples("json patch");
  REQUIRE(lines.size() == 3);
  const auto member = [](const std::string& line, std::string_view name) {
    JsonCursor members(json_value(line));
    while (const auto found = members.next_member()) {
      if (found->name == name) return std::string(found->value.text);
    }
    return std::string();
  };
  for (const auto& line : lines) CHECK(read_server_message(line));
  const auto before = member(lines[0], "d");
  const auto patch = member(lines[1], "j");
  const auto after = member(lines[2], "d");
  CHECK(member(lines[1], "b") == member(lines[0], "o"));
  CHECK(make_json_patch(before, after, after.size()).value_or("none") == patch);
  CHECK(nlohmann::json::parse(before).patch(nlohmann::json::parse(patch)) ==
        nlohmann::json::parse(after));
}

TEST_CASE("the conversation in SPEC.md is one") {
  std::size_t said_by_client = 0;
  std::size_t said_by_gateway = 0;
  for (const auto& line : examples("json conversation")) {
    REQUIRE(line.size() > 2);
    if (line.starts_with("C ")) {
      check_command(line.substr(2));
      ++said_by_client;
    } else {
      REQUIRE(line.starts_with("G "));
      check_event(line.substr(2));
      ++said_by_gateway;
    }
  }
  CHECK(said_by_client > 3);
  CHECK(said_by_gateway > 10);
}

TEST_CASE("what SPEC.md says is refused is refused with the error that stands there") {
  const auto events = examples("json event");
  const auto refused = examples("json refused");
  REQUIRE(refused.size() > 3);
  for (const auto& text : refused) {
    CAPTURE(text);
    const auto command = json_codec().decode(text);
    REQUIRE_FALSE(command);
    const auto& [error, id] = command.error();
    std::string reply;
    json_codec().encode(id ? Event{ReplyEvent{*id, error}} : Event{ErrorEvent{error}}, reply);
    CAPTURE(reply);
    CHECK(std::ranges::find(events, reply) != events.end());
  }
}

TEST_CASE("the error table of SPEC.md is the gateway's") {
  std::vector<std::string> rows;
  for (const auto& row : error_table()) {
    rows.push_back(fmt::format("| `{}` | {} | {} | {} |",
                               row.name,
                               row.text,
                               row.close_code ? std::to_string(*row.close_code) : "-",
                               yes_or_no(row.retry)));
  }
  CHECK(table_rows("## 7") == rows);
}

TEST_CASE("the close table of SPEC.md is the gateway's, but for the words") {
  const auto written = table_rows("## 8");
  REQUIRE(written.size() == close_table().size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    const auto& row = close_table()[i];
    CAPTURE(written[i]);
    CHECK(written[i].starts_with(fmt::format("| {} | `{}` | ", row.code, row.name)));
    CHECK(written[i].ends_with(fmt::format(" | {} |", yes_or_no(row.retry))));
  }
}

TEST_CASE("the headings that comments in the code point to are there") {
  const auto lines = spec_lines();
  for (const std::string_view heading : {"## 2 Topics and filters",
                                         "## 4 Messages as JSON",
                                         "### 4.1 Messages as CBOR",
                                         "## 5 Requests",
                                         "#### Starting point",
                                         "#### Gaps",
                                         "## 6 Events",
                                         "## 7 Errors",
                                         "## 9 Limits"}) {
    CAPTURE(heading);
    CHECK(std::ranges::find(lines, heading) != lines.end());
  }
}

}  // namespace weir::protocol::native
