#include "adapters/redis/stream_position.hpp"

#include <charconv>

namespace weir::adapters::redis {

namespace {

using Id = std::pair<std::uint64_t, std::uint64_t>;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const begin = text.data();  // NOLINT(bugprone-suspicious-*): its size bounds it
  std::from_chars(begin, begin + text.size(), number);
  return number;
}

Id parse(std::string_view id) {
  const auto dash = id.find('-');
  return {number_of(id.substr(0, dash)),
          dash == std::string_view::npos ? 0 : number_of(id.substr(dash + 1))};
}

/// How many of those that were ever added have been dropped from the front.
std::optional<std::uint64_t> dropped(const StreamInfo& info) {
  if (!info.added || *info.added < info.length) return std::nullopt;
  return *info.added - info.length;
}

}  // namespace

bool is_older(std::string_view id, std::string_view other) {
  return parse(id) < parse(other);
}

StreamPosition newest_position(const StreamInfo& info) {
  StreamPosition position;
  position.id = info.last_id;
  position.ordinal = info.exists ? info.added : std::optional<std::uint64_t>(0);
  return position;
}

StreamPosition oldest_position(const StreamInfo& info) {
  StreamPosition position;
  position.ordinal = info.exists ? dropped(info) : std::optional<std::uint64_t>(0);
  return position;
}

StreamVerdict judge(const StreamPosition& position, const StreamInfo& info) {
  StreamPosition at = position;
  at.fingerprint.reset();  // it will not be seen again
  const bool has_read = is_older("0-0", position.id);
  if (!info.exists) {
    // whatever comes now is new
    StreamVerdict gone{.position = oldest_position(info), .loss = {}};
    if (has_read) gone.loss = WEIR_CAUSE_SOURCE;
    return gone;
  }
  if (info.last_id == position.id) return {.position = at, .loss = {}};  // nothing came after it
  if (is_older(info.last_id, position.id))
    return {.position = newest_position(info), .loss = WEIR_CAUSE_SOURCE};  // it was rolled back
  const bool is_behind = info.length == 0 || is_older(position.id, info.first_id);
  const auto gone = dropped(info);
  const bool knows = gone && position.ordinal;
  if (is_behind && knows && *gone == *position.ordinal) return {.position = at, .loss = {}};
  const bool is_truncated = is_behind && (!knows || *gone > *position.ordinal);
  at.ordinal = is_behind ? gone : std::nullopt;
  const weir_cause cause = is_truncated ? WEIR_CAUSE_TRUNCATED : WEIR_CAUSE_SOURCE;
  return {.position = at, .loss = cause};
}

}  // namespace weir::adapters::redis
