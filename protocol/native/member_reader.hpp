#pragma once

#include "protocol/core/result.hpp"
#include "protocol/native/json_checker.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::protocol::native {

enum class Presence : std::uint8_t { optional, required };

struct IntegerRange {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// Bytes of UTF-8.
struct TextLength {
  std::size_t least = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

/// Reads the members of one message by name and type. The first mistake is kept and ends the
/// message, so a caller reads all that it wants and asks once, at the end. What was never asked for
/// is unknown, which is a mistake of a request.
class MemberReader {
public:
  /// `what` is the message in messages to people: "subscribe". Both must outlive the reader.
  MemberReader(std::string_view what, std::span<const JsonMember> members)
      : what_(what), members_(members) {}

  // Each: nullopt when the member is absent or wrong. Names are literals.
  std::optional<std::int64_t> integer(std::string_view name,
                                      IntegerRange range,
                                      Presence presence = Presence::optional);
  std::optional<std::uint64_t> count(std::string_view name, Presence presence = Presence::optional);
  /// 0 for none, or from 0.00001 to 1000000 a second.
  std::optional<double> rate(std::string_view name, Presence presence = Presence::optional);
  /// Any number that is not negative.
  std::optional<double> number(std::string_view name);
  std::optional<bool> boolean(std::string_view name, Presence presence = Presence::optional);
  std::optional<std::string> text(std::string_view name,
                                  TextLength length,
                                  Presence presence = Presence::optional);
  /// Index of the text in `choices`.
  std::optional<std::size_t> choice(std::string_view name,
                                    std::span<const std::string_view> choices);
  /// The value of this type.
  std::optional<JsonValue> container(std::string_view name,
                                     JsonType type,
                                     Presence presence = Presence::optional);
  /// Whatever it is.
  std::optional<JsonValue> any(std::string_view name);

  /// Keeps this mistake if it is the first.
  void fail(ErrorCode code, std::string detail);
  void fail(Error error);
  [[nodiscard]] bool has_failed() const { return error_.has_value(); }
  [[nodiscard]] bool has(std::string_view name) const;

  /// The first mistake, or a member that nobody asked for.
  /// Errors: bad_request, or what `fail` was told.
  [[nodiscard]] Result<void> finish();
  /// The first mistake; unknown members are ignored.
  [[nodiscard]] Result<void> finish_leniently() const;

private:
  const JsonValue* find(std::string_view name);
  /// `value` is nullptr where the member is missing.
  void fail_value(std::string_view name, const JsonValue* value, std::string_view expected);

  std::string_view what_;
  std::span<const JsonMember> members_;
  std::array<std::string_view, json_members_max> known_{};  ///< asked for, the first `known_count_`
  std::size_t known_count_ = 0;
  std::optional<Error> error_;
};

}  // namespace weir::protocol::native
