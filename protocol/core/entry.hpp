#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::protocol {

using Offset =
    std::uint64_t;          ///< 1..2^53-1, strictly increasing within an epoch; 0: before the first
using Epoch = std::string;  ///< which life of a topic's log; 1..16 bytes of [a-z0-9]
using SteadyTime = std::chrono::steady_clock::time_point;

/// How far a client has come in a topic.
struct Position {
  Epoch epoch;
  Offset offset = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// What a topic holds.
enum class Kind : std::uint8_t {
  value,   ///< one opaque newest value
  record,  ///< named fields, updates may be partial
  table,   ///< rows by key, each a record
  stream,  ///< events, every one matters
};

/// Whether entries change a part of what the topic holds: records and tables.
[[nodiscard]] constexpr bool has_parts(Kind kind) {
  return kind == Kind::record || kind == Kind::table;
}

/// What an entry does to its topic.
enum class Operation : std::uint8_t {
  replace,  ///< `payload` is the new whole value, or the event
  update,   ///< `fields` change a record, or the row `key` of a table
  remove,   ///< the value, or the row `key` where it is not empty, is gone
  gap,      ///< what came here was lost by the source; `cause` says why
};

enum class GapCause : std::uint8_t {
  overflow,
  truncated,
  epoch,
  future,
  source,
  filtered,
  unknown
};

enum class PayloadFormat : std::uint8_t {
  json,   ///< `bytes` is one valid JSON text, spliced verbatim
  bytes,  ///< `bytes` is anything; `{"b64":"..."}` in JSON
};

/// Opaque content of an entry.
struct Payload {
  PayloadFormat format = PayloadFormat::json;
  std::string bytes;
  friend bool operator==(const Payload&, const Payload&) = default;
};

/// One field of a record update; the value "null" removes the field.
struct Field {
  std::string name;
  std::string json;  ///< valid JSON text
  friend bool operator==(const Field&, const Field&) = default;
};

/// What a publisher hands in: an entry that has no place in a log yet.
struct Publication {
  std::string topic;
  Operation operation = Operation::replace;
  std::string key;                    ///< tables: the row
  Payload payload;                    ///< for replace
  std::vector<Field> fields;          ///< for update
  std::string mid;                    ///< the publisher's message id, at most 64 bytes; empty: none
  GapCause cause = GapCause::source;  ///< for gap
  std::optional<Kind> kind;  ///< what an unconfigured topic shall become; none: from the operation
  std::optional<Position>
      source_position;  ///< the source's own epoch and offset, where it has them
};

/// One published thing in a topic. Never changes; shared by all shards that follow the topic.
struct Entry {
  Offset offset = 0;
  Offset prev = 0;  ///< offset of the entry before, 0 for the first of the epoch; holes are allowed
  /// 1, 2, 3 ... within the epoch without holes, so that losses can be counted; 0: not known,
  /// because it was replayed
  std::uint64_t index = 0;
  std::int64_t unix_ms = 0;  ///< wall clock at acceptance, for people
  SteadyTime accepted_at{};  ///< monotonic clock at acceptance, for the age of data
  Operation operation = Operation::replace;
  std::string key;
  Payload payload;
  std::vector<Field> fields;
  std::string mid;
  GapCause cause = GapCause::source;

  /// What it counts against rings and limits.
  [[nodiscard]] std::size_t content_bytes() const;
};

using EntryPtr = std::shared_ptr<const Entry>;

[[nodiscard]] std::string_view name(Kind kind);
[[nodiscard]] std::string_view name(GapCause cause);
[[nodiscard]] std::optional<Kind> find_kind(std::string_view name);

}  // namespace weir::protocol
