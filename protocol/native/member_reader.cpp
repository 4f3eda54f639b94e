#include "protocol/native/member_reader.hpp"

#include "protocol/core/limits.hpp"
#include "protocol/core/nearest_name.hpp"
#include "protocol/native/json_cursor.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <system_error>
#include <utility>

namespace weir::protocol::native {
namespace {

constexpr double least_rate = 0.00001;  // about one a day
constexpr double most_rate = 1'000'000;

template <class T>
std::optional<T> number_of(const JsonValue& value) {
  if (value.type != JsonType::number) return std::nullopt;
  T number{};
  const auto* end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

/// What stands there, as far as it helps: a number itself, else its type.
std::string shown(const JsonValue& value) {
  if (value.type == JsonType::number) return quotable(value.text);
  return std::string(name(value.type));
}

std::string described(TextLength length) {
  if (length.most != TextLength{}.most) {
    return fmt::format("a text of {} to {} bytes", length.least, length.most);
  }
  return length.least == 0 ? "a text" : "a text that is not empty";
}

}  // namespace

bool MemberReader::has(std::string_view name) const {
  return std::ranges::find(members_, name, &JsonMember::name) != members_.end();
}

const JsonValue* MemberReader::find(std::string_view name,
                                    Presence presence,
                                    std::string_view expected) {
  known_.push_back(name);
  const auto member = std::ranges::find(members_, name, &JsonMember::name);
  if (member != members_.end()) return &member->value;
  if (presence == Presence::required) {
    fail(ErrorCode::bad_request, fmt::format("\"{}\" is missing: expected {}", name, expected));
  }
  return nullptr;
}

void MemberReader::fail(ErrorCode code, std::string detail) {
  if (!error_) error_ = Error{code, std::move(detail)};
}

void MemberReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void MemberReader::fail_type(std::string_view name,
                             const JsonValue& value,
                             std::string_view expected) {
  fail(ErrorCode::bad_request,
       fmt::format("\"{}\": expected {}, got {}", name, expected, shown(value)));
}

std::optional<std::int64_t> MemberReader::integer(std::string_view name,
                                                  IntegerRange range,
                                                  Presence presence) {
  const auto expected = fmt::format("an integer from {} to {}", range.least, range.most);
  const auto* value = find(name, presence, expected);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of<std::int64_t>(*value);
  if (number && *number >= range.least && *number <= range.most) return number;
  fail_type(name, *value, expected);
  return std::nullopt;
}

std::optional<std::uint64_t> MemberReader::count(std::string_view name, Presence presence) {
  const auto number = integer(name, {0, static_cast<std::int64_t>(offset_max)}, presence);
  if (!number) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<double> MemberReader::rate(std::string_view name, Presence presence) {
  constexpr std::string_view expected = "0 or a number from 0.00001 to 1000000";
  const auto* value = find(name, presence, expected);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of<double>(*value);
  if (number && *number == 0) return 0;  // also where "-0" was written
  if (number && *number >= least_rate && *number <= most_rate) return number;
  fail_type(name, *value, expected);
  return std::nullopt;
}

std::optional<double> MemberReader::number(std::string_view name) {
  constexpr std::string_view expected = "a number from 0";
  const auto* value = find(name, Presence::optional, expected);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of<double>(*value);
  if (number && *number >= 0) return number;
  fail_type(name, *value, expected);
  return std::nullopt;
}

std::optional<bool> MemberReader::boolean(std::string_view name, Presence presence) {
  const auto* value = find(name, presence, "true or false");
  if (value == nullptr) return std::nullopt;
  if (value->type == JsonType::boolean) return value->text == "true";
  fail_type(name, *value, "true or false");
  return std::nullopt;
}

std::optional<std::string> MemberReader::text(std::string_view name,
                                              TextLength length,
                                              Presence presence) {
  const auto expected = described(length);
  const auto* value = find(name, presence, expected);
  if (value == nullptr) return std::nullopt;
  if (value->type != JsonType::string) {
    fail_type(name, *value, expected);
    return std::nullopt;
  }
  auto text = decode_string(value->text);
  if (text.size() >= length.least && text.size() <= length.most) return text;
  fail(ErrorCode::bad_request,
       fmt::format("\"{}\": expected {}, got {} bytes", name, expected, text.size()));
  return std::nullopt;
}

std::optional<std::size_t> MemberReader::choice(std::string_view name,
                                                std::span<const std::string_view> choices) {
  const auto expected = fmt::format("\"{}\"", fmt::join(choices, "\" or \""));
  const auto* value = find(name, Presence::optional, expected);
  if (value == nullptr) return std::nullopt;
  if (value->type != JsonType::string) {
    fail_type(name, *value, expected);
    return std::nullopt;
  }
  const auto text = decode_string(value->text);
  const auto chosen = std::ranges::find(choices, text);
  if (chosen != choices.end()) return static_cast<std::size_t>(chosen - choices.begin());
  fail(ErrorCode::bad_request,
       fmt::format("\"{}\": expected {}, got \"{}\"", name, expected, quotable(text)));
  return std::nullopt;
}

std::optional<JsonValue> MemberReader::container(std::string_view name,
                                                 JsonType type,
                                                 Presence presence) {
  const auto expected = native::name(type);
  const auto* value = find(name, presence, expected);
  if (value == nullptr) return std::nullopt;
  if (value->type == type) return *value;
  fail_type(name, *value, expected);
  return std::nullopt;
}

std::optional<JsonValue> MemberReader::any(std::string_view name) {
  const auto* value = find(name, Presence::optional, {});
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<void> MemberReader::finish() {
  for (const auto& member : members_) {
    if (std::ranges::find(known_, member.name) != known_.end()) continue;
    const auto nearest = nearest_name(member.name, known_);
    auto detail = fmt::format("{} has no \"{}\"", what_, quotable(member.name));
    detail += nearest.empty() ? fmt::format("; it has {}", fmt::join(known_, ", "))
                              : fmt::format("; did you mean \"{}\"?", nearest);
    fail(ErrorCode::bad_request, std::move(detail));
    break;
  }
  return finish_leniently();
}

Result<void> MemberReader::finish_leniently() const {
  if (error_) return protocol::fail(*error_);
  return {};
}

}  // namespace weir::protocol::native
