#include "protocol/native/member_reader.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/nearest_name.hpp"

#include <algorithm>
#include <cassert>
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
  const std::span<const char> digits(value.text);
  T number{};
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
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

const JsonValue* MemberReader::find(std::string_view name) {
  assert(known_count_ < known_.size());
  known_.at(known_count_++) = name;
  const auto member = std::ranges::find(members_, name, &JsonMember::name);
  return member == members_.end() ? nullptr : &member->value;
}

void MemberReader::fail(ErrorCode code, std::string detail) {
  if (!error_) error_ = Error{code, std::move(detail)};
}

void MemberReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void MemberReader::fail_value(std::string_view name,
                              const JsonValue* value,
                              std::string_view expected) {
  fail(ErrorCode::bad_request,
       value == nullptr
           ? fmt::format(R"("{}" is missing: expected {})", name, expected)
           : fmt::format(R"("{}": expected {}, got {})", name, expected, shown(*value)));
}

std::optional<std::int64_t> MemberReader::integer(std::string_view name,
                                                  IntegerRange range,
                                                  Presence presence) {
  const auto* value = find(name);
  if (value == nullptr && presence == Presence::optional) return std::nullopt;
  const auto number = value == nullptr ? std::nullopt : number_of<std::int64_t>(*value);
  if (number && *number >= range.least && *number <= range.most) return number;
  fail_value(name, value, fmt::format("an integer from {} to {}", range.least, range.most));
  return std::nullopt;
}

std::optional<std::uint64_t> MemberReader::count(std::string_view name, Presence presence) {
  const auto number = integer(name, {0, static_cast<std::int64_t>(offset_max)}, presence);
  if (!number) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<double> MemberReader::rate(std::string_view name, Presence presence) {
  const auto* value = find(name);
  if (value == nullptr && presence == Presence::optional) return std::nullopt;
  const auto number = value == nullptr ? std::nullopt : number_of<double>(*value);
  if (number && *number == 0) return 0;  // also where "-0" was written
  if (number && *number >= least_rate && *number <= most_rate) return number;
  fail_value(name, value, "0 or a number from 0.00001 to 1000000");
  return std::nullopt;
}

std::optional<double> MemberReader::number(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of<double>(*value);
  if (number && *number >= 0) return number;
  fail_value(name, value, "a number from 0");
  return std::nullopt;
}

std::optional<bool> MemberReader::boolean(std::string_view name, Presence presence) {
  const auto* value = find(name);
  if (value == nullptr && presence == Presence::optional) return std::nullopt;
  if (value != nullptr && value->type == JsonType::boolean) return value->text == "true";
  fail_value(name, value, "true or false");
  return std::nullopt;
}

std::optional<std::string> MemberReader::text(std::string_view name,
                                              TextLength length,
                                              Presence presence) {
  const auto* value = find(name);
  if (value == nullptr && presence == Presence::optional) return std::nullopt;
  if (value == nullptr || value->type != JsonType::string) {
    fail_value(name, value, described(length));
    return std::nullopt;
  }
  auto text = decode_string(value->text);
  if (text.size() >= length.least && text.size() <= length.most) return text;
  fail(ErrorCode::bad_request,
       fmt::format(R"("{}": expected {}, got {} bytes)", name, described(length), text.size()));
  return std::nullopt;
}

std::optional<std::size_t> MemberReader::choice(std::string_view name,
                                                std::span<const std::string_view> choices) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto expected = fmt::format(R"("{}")", fmt::join(choices, R"(" or ")"));
  if (value->type != JsonType::string) {
    fail_value(name, value, expected);
    return std::nullopt;
  }
  const auto text = decode_string(value->text);
  const auto chosen = std::ranges::find(choices, text);
  if (chosen != choices.end()) return static_cast<std::size_t>(chosen - choices.begin());
  fail(ErrorCode::bad_request,
       fmt::format(R"("{}": expected {}, got "{}")", name, expected, quotable(text)));
  return std::nullopt;
}

std::optional<JsonValue> MemberReader::container(std::string_view name,
                                                 JsonType type,
                                                 Presence presence) {
  const auto* value = find(name);
  if (value == nullptr && presence == Presence::optional) return std::nullopt;
  if (value != nullptr && value->type == type) return *value;
  fail_value(name, value, protocol::name(type));
  return std::nullopt;
}

std::optional<JsonValue> MemberReader::any(std::string_view name) {
  const auto* value = find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<void> MemberReader::finish() {
  const auto known = std::span<const std::string_view>(known_).first(known_count_);
  for (const auto& member : members_) {
    if (std::ranges::find(known, member.name) != known.end()) continue;
    const auto nearest = nearest_name(member.name, known);
    auto detail = fmt::format(R"({} has no "{}")", what_, quotable(member.name));
    detail += nearest.empty() ? fmt::format("; it has {}", fmt::join(known, ", "))
                              : fmt::format(R"(; did you mean "{}"?)", nearest);
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
