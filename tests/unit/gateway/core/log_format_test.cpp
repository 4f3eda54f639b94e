#include "gateway/core/log_format.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway {
namespace {

constexpr std::int64_t noon = 1'795'521'600'123;  // 2026-11-24T12:00:00.123Z

std::string format(LogFormat format, std::vector<LogField> fields) {
  return format_log_line(format, {LogLevel::info, "net", "connection_closed", fields}, noon);
}

/// What stands behind "value=" in the text form.
std::string text_of(std::string_view value) {
  const auto line = format(LogFormat::text, {{"value", value}});
  return line.substr(line.find("value=") + 6);
}

}  // namespace

TEST_CASE("a line says when, how grave, where, what, and with which values") {
  const std::vector<LogField> fields{{"code", 4001}, {"session", "ab12"}, {"is_stalled", true}};
  CHECK(format(LogFormat::text, fields) ==
        "2026-11-24T12:00:00.123Z info net connection_closed code=4001 session=ab12 "
        "is_stalled=true");
  CHECK(format(LogFormat::json, fields) ==
        R"({"time":"2026-11-24T12:00:00.123Z","level":"info","area":"net",)"
        R"("event":"connection_closed","code":4001,"session":"ab12","is_stalled":true})");
  CHECK(format(LogFormat::text, {}) == "2026-11-24T12:00:00.123Z info net connection_closed");
}

TEST_CASE("every level has its word") {
  CHECK(name(LogLevel::debug) == "debug");
  CHECK(name(LogLevel::info) == "info");
  CHECK(name(LogLevel::warning) == "warning");
  CHECK(name(LogLevel::error) == "error");
}

TEST_CASE("a time before 1970 or without milliseconds is written the same way") {
  const auto at = [](std::int64_t unix_ms) {
    return format_log_line(LogFormat::text, {LogLevel::info, "a", "b", {}}, unix_ms).substr(0, 24);
  };
  CHECK(at(0) == "1970-01-01T00:00:00.000Z");
  CHECK(at(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(at(1'709'164'800'007) == "2024-02-29T00:00:00.007Z");
}

TEST_CASE("a value cannot be more than a value") {
  struct Row {
    std::string_view name;
    std::string value;
    std::string text;
  };
  const std::vector<Row> rows{
      {"plain", "127.0.0.1:80", "127.0.0.1:80"},
      {"empty", "", R"("")"},
      {"with a space", "a b", R"("a b")"},
      {"that looks like another field", "x level=error", R"("x level=error")"},
      {"with quotes", R"(a"b)", R"("a\"b")"},
      {"with a backslash", R"(a\nb)", R"("a\\nb")"},
      {"with a line of its own", "a\r\nb", R"("a\r\nb")"},
      {"that colours the terminal", "\x1B[31mred", R"("\x1b[31mred")"},
      {"with NUL and DEL", std::string("\0\x7F", 2), R"("\x00\x7f")"},
      {"with the 8-bit CSI", "\u009B31m", R"("\xc2\x9b31m")"},
      {"with a line separator", "a\u2028b", R"("a\xe2\x80\xa8b")"},
      {"that turns the direction", "a\u202Eb\u2066c", R"("a\xe2\x80\xaeb\xe2\x81\xa6c")"},
      {"in another script", "\u4f60\u597d", "\"\u4f60\u597d\""},
      {"that is no UTF-8", "a\xFFz\xC2", R"("a\xffz\xc2")"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(text_of(row.value) == row.text);
  }
}

TEST_CASE("any value leaves one line of text, and one object of JSON that holds it") {
  const auto seed = tests::seed_or(7);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 2000; ++round) {
    const auto value = random.bytes(random.below(40));
    CAPTURE(value);
    const auto text = format(LogFormat::text, {{"value", value}});
    CHECK(std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }));
    const auto json = format(LogFormat::json, {{"value", value}});
    CHECK(std::ranges::all_of(json, [](char c) { return c >= 0x20 && c < 0x7F; }));
    CHECK(nlohmann::json::parse(json).size() == 5);
  }
}

TEST_CASE("a long value is cut between two characters") {
  CHECK(text_of(std::string(512, 'a')) == std::string(512, 'a'));
  CHECK(text_of(std::string(513, 'a')) == std::string(512, 'a') + "...");
  const auto umlauts = "a" + [] {
    std::string text;
    while (text.size() < 600) text += "\u00e4";
    return text;
  }();
  const auto cut = text_of(umlauts);
  CHECK(cut == "\"" + umlauts.substr(0, 511) + "...\"");
}

TEST_CASE("numbers stay numbers in JSON only where JSON has them") {
  const auto json =
      nlohmann::json::parse(format(LogFormat::json,
                                   {{"count", std::uint64_t{18446744073709551615U}},
                                    {"ratio", 0.5},
                                    {"rate", std::numeric_limits<double>::infinity()}}));
  CHECK(json["count"] == 18446744073709551615U);
  CHECK(json["ratio"] == "0.500000");
  CHECK(json["rate"] == "inf");
}

}  // namespace weir::gateway
