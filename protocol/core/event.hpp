#pragma once

#include "protocol/core/command.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::protocol {

using TopicNumber =
    std::uint64_t;  ///< a shard's number for a topic, `t` on the wire; 1..2^53-1, never reused

/// The limits in force for a session; 0: none.
struct EffectiveLimits {
  std::uint64_t bytes_per_s = 0;
  double messages_per_s = 0;
  std::int64_t max_delay_ms = 0;
  std::uint64_t window_bytes = 0;
  std::size_t message_bytes = 0;
  std::size_t subscriptions = 0;
  std::size_t cells = 0;
  std::size_t publishes_per_s = 0;
  friend bool operator==(const EffectiveLimits&, const EffectiveLimits&) = default;
};

// Replies: each has the id of its request.
struct ConnectedReply {
  std::string session;
  std::int64_t heartbeat_ms = 0;
  EffectiveLimits limits;
  std::string server;  ///< "weir/0.1.0"
};
struct SubscribedReply {
  double max_rate = 0;  ///< the effective one
};
struct PublishedReply {
  std::optional<Position> position;  ///< only where the gateway owns the topic
};
struct LimitedReply {
  std::optional<EffectiveLimits> limits;  ///< of the session
  std::optional<double> max_rate;         ///< of the filter
};
struct PongReply {
  std::int64_t unix_ms = 0;  ///< "time", RFC 3339 with milliseconds on the wire
};
struct DoneReply {};  ///< positions, unsubscribe, token

struct ReplyEvent {
  RequestId re = 0;
  std::variant<DoneReply,
               ConnectedReply,
               SubscribedReply,
               PublishedReply,
               LimitedReply,
               PongReply,
               Error>
      body;
};

/// An error that belongs to no request.
struct ErrorEvent {
  Error error;
};

/// Introduces a topic on a connection: its number, kind and epoch.
struct TopicEvent {
  TopicNumber number = 0;
  std::string topic;
  Kind kind = Kind::value;
  Epoch epoch;
  Offset offset = 0;  ///< the cell is continuous after this one
};

struct ReadyEvent {
  std::string filter;
};

/// One field of a record or row. Views: valid while the topic's state stays as it is.
struct FieldView {
  std::string_view name;
  std::string_view json;  ///< empty: the field was removed
};
struct RowView {
  std::string_view key;
  std::vector<FieldView> fields;
};

/// What a delivery of a record or table carries: the whole, or what changed since a base.
struct StateChanges {
  Kind kind = Kind::record;                    ///< record or table
  std::optional<Offset> base;                  ///< "b"; none: the whole, which replaces all
  std::vector<FieldView> fields;               ///< of a record
  std::vector<RowView> rows;                   ///< of a table
  std::vector<std::string_view> removed_rows;  ///< "x" of a table, applied before `rows`
  bool has_more = false;                       ///< "m": more pages follow
};

/// What turns the value that the client holds into a newer one.
struct ValuePatch {
  Offset base = 0;        ///< "b": the entry whose value the client holds
  std::string_view json;  ///< "j": a JSON Patch
};

/// One delivery. Views: valid while the entry that they point into lives.
struct DeliveryEvent {
  TopicNumber number = 0;
  Offset offset = 0;
  std::optional<Offset> prev;             ///< only where the entry before was not offset - 1
  const Payload* data = nullptr;          ///< the whole value or event
  std::optional<ValuePatch> patch;        ///< instead of `data`
  const StateChanges* changes = nullptr;  ///< of a record or table; none of them: absent ("x":true)
  bool is_snapshot = false;               ///< "s"
  std::optional<std::int64_t> unix_ms;    ///< "ts", when asked for
  std::optional<std::uint64_t> conflated;  ///< "c", when asked for
};

/// No entry with from < offset <= to will come.
struct GapEvent {
  TopicNumber number = 0;
  std::optional<Offset> from;  ///< absent for a new epoch or a position in the future
  Offset to = 0;
  GapCause cause = GapCause::unknown;
  std::optional<std::uint64_t> lost;  ///< exact, or absent when it cannot be known
};

/// The topic's source is away, or back.
struct StaleEvent {
  TopicNumber number = 0;
  bool is_stale = false;
};

struct LimitsEvent {
  EffectiveLimits limits;
};

struct HeartbeatEvent {
  std::int64_t unix_ms = 0;
};

/// Sent before a close that the gateway starts.
struct GoodbyeEvent {
  CloseReason reason = CloseReason::going_away;
  std::optional<std::int64_t> retry_ms;  ///< absent: do not come back
};

/// Everything that a client can be told, whatever codec it speaks.
using Event = std::variant<ReplyEvent,
                           ErrorEvent,
                           TopicEvent,
                           ReadyEvent,
                           DeliveryEvent,
                           GapEvent,
                           StaleEvent,
                           LimitsEvent,
                           HeartbeatEvent,
                           GoodbyeEvent>;

}  // namespace weir::protocol
