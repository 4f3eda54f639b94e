// deploy/docs/CONFIGURATION.md says what the code does: every key, what it takes, its default.
#include "gateway/config/load_config.hpp"
#include "gateway/config/section_reader.hpp"
#include "gateway/config/sections.hpp"

#include <doctest/doctest.h>

#include "files.hpp"
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {
namespace {

constexpr const char* path = "deploy/docs/CONFIGURATION.md";

/// One line of a table of keys.
struct Row {
  std::string takes;
  std::string default_text;
  std::string meaning;
};

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  for (std::size_t begin = 1; begin < line.size();) {
    const auto end = std::min(line.find('|', begin), line.size());
    columns.push_back(trimmed(line.substr(begin, end - begin)));
    begin = end + 1;
  }
  return columns;
}

/// "limits" of "## `[limits]`"; empty for any other heading.
std::string section_of(const std::string& heading) {
  const auto begin = heading.find_first_not_of("# `[");
  const bool is_section = heading.find("`[") != std::string::npos;
  return is_section ? heading.substr(begin, heading.find(']') - begin) : std::string();
}

/// Every documented key by its full name.
std::map<std::string, Row> documented_keys() {
  std::map<std::string, Row> rows;
  std::string section;
  for (const auto& line : lines_of(read_file(path))) {
    if (line.starts_with("## ")) section = section_of(line);
    if (!line.starts_with("| `")) continue;
    const auto columns = columns_of(line);
    REQUIRE_MESSAGE(columns.size() == 4, line);
    const auto name = columns[0].substr(1, columns[0].size() - 2);
    const auto key = full_key(section, name);
    REQUIRE_MESSAGE(!rows.contains(key), key << " is documented twice");
    rows[key] = {columns[1], columns[2], columns[3]};
  }
  return rows;
}

/// What the document says of a key, without the examples that messages carry.
bool says(const std::string& takes, const std::string& expected) {
  if (!expected.starts_with(takes)) return false;
  const auto rest = expected.substr(takes.size());
  return rest.empty() || rest.starts_with(" like ") || rest.starts_with(", like ");
}

std::string documented_default(const KeyInfo& info) {
  if (info.presence == Presence::required) return "required";
  return info.default_text.empty() ? "none" : "`" + info.default_text + "`";
}

/// The blocks of this language, in order.
std::vector<std::string> blocks(const std::string& text, const std::string& language) {
  std::vector<std::string> out;
  const auto opening = "```" + language + "\n";
  for (auto begin = text.find(opening); begin != std::string::npos;
       begin = text.find(opening, begin)) {
    begin += opening.size();
    out.push_back(text.substr(begin, text.find("```", begin) - begin));
  }
  return out;
}

}  // namespace

TEST_CASE("every key is documented with what it takes and its default") {
  const auto documented = documented_keys();
  for (const auto& info : all_keys()) {
    const auto key = full_key(info.section.name, info.name);
    CAPTURE(key);
    REQUIRE(documented.contains(key));
    const auto& row = documented.at(key);
    CAPTURE(row.takes);
    CAPTURE(info.expected);
    CHECK(says(row.takes, info.expected));
    CHECK(row.default_text == documented_default(info));
    CHECK(row.meaning.size() > 10);
  }
}

TEST_CASE("every documented key exists") {
  std::map<std::string, bool> known;
  for (const auto& info : all_keys()) known[full_key(info.section.name, info.name)] = true;
  for (const auto& [key, row] : documented_keys()) {
    CAPTURE(key);
    CHECK(known.contains(key));
  }
}

TEST_CASE("the documented mistakes are told as documented") {
  const auto text = read_file(path);
  const auto result = load_config({"weir.toml", blocks(text, "toml").at(0), {}, {}});
  CHECK(to_report(result) == blocks(text, "text").at(0));
}

TEST_CASE("the documented examples have no mistakes") {
  const auto examples = blocks(read_file(path), "toml");
  CHECK(examples.size() > 3);
  for (std::size_t i = 1; i < examples.size(); ++i) {
    CAPTURE(examples[i]);
    CHECK(load_config({"weir.toml", examples[i], {}, {}}).mistakes.empty());
  }
}

}  // namespace weir::gateway::config
