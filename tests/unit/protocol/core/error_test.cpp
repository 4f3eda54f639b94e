#include "protocol/core/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace weir::protocol {
namespace {

bool is_word(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

TEST_CASE("every error has its row, its name and a sentence") {
  std::set<std::string_view> names;
  std::size_t index = 0;
  for (const auto& row : error_table()) {
    CAPTURE(row.name);
    CHECK(static_cast<std::size_t>(row.code) == index++);
    CHECK(is_word(row.name));
    CHECK(names.insert(row.name).second);
    CHECK(row.text.ends_with('.'));
    CHECK(&info(row.code) == &row);
    CHECK(find_error(row.name) == &row);
  }
  CHECK(index == static_cast<std::size_t>(ErrorCode::internal) + 1);
}

TEST_CASE("the error table is the one of the design, in order") {
  const std::string_view names[] = {"bad_request",
                                    "bad_topic",
                                    "bad_filter",
                                    "wrong_kind",
                                    "too_big",
                                    "forbidden",
                                    "bad_token",
                                    "token_expired",
                                    "rate",
                                    "too_many_subscriptions",
                                    "too_many_topics",
                                    "overloaded",
                                    "unavailable",
                                    "unknown",
                                    "draining",
                                    "unsupported",
                                    "internal"};
  CHECK(std::ranges::equal(error_table(), names, {}, &ErrorInfo::name));
}

TEST_CASE("a name that no error has is found nowhere") {
  CHECK(find_error("bad_weather") == nullptr);
  CHECK(find_error("") == nullptr);
  CHECK(find_error("bad_topi") == nullptr);
}

TEST_CASE("an error speaks with its detail, or with the table's text") {
  CHECK(Error{ErrorCode::bad_topic, "topic is empty"}.message() == "topic is empty");
  CHECK(Error{ErrorCode::bad_topic, ""}.message() == info(ErrorCode::bad_topic).text);
}

TEST_CASE("an error closes with a code that the close table has, and says the same of retrying") {
  for (const auto& error : error_table()) {
    if (!error.close_code) continue;
    CAPTURE(error.name);
    const auto row = std::ranges::find(close_table(), *error.close_code, &CloseInfo::code);
    REQUIRE(row != close_table().end());
    CHECK(row->retry == error.retry);
  }
}

TEST_CASE("every close reason has its row, a code of its range, and a name that fits the frame") {
  std::set<std::string_view> names;
  std::set<std::uint16_t> codes;
  std::size_t index = 0;
  for (const auto& row : close_table()) {
    CAPTURE(row.name);
    CHECK(static_cast<std::size_t>(row.reason) == index++);
    CHECK(&info(row.reason) == &row);
    CHECK(is_word(row.name));
    CHECK(row.name.size() <= 123);
    CHECK(names.insert(row.name).second);
    CHECK(codes.insert(row.code).second);
    const bool is_private = row.code >= 4000 && row.code <= 4999;
    CHECK((is_private || (row.code >= 1000 && row.code <= 1013)));
    // Design 6: 4000-4499 come back and resume, 4500-4999 do not.
    if (is_private) CHECK((row.retry == Retry::yes) == (row.code < 4500));
  }
  CHECK(index == static_cast<std::size_t>(CloseReason::too_many_cells) + 1);
}

}  // namespace weir::protocol
