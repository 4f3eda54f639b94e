#pragma once

#include "clients/cpp/time.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/error.hpp"
#include "protocol/core/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weir::clients::cpp {

/// A connection is open; what was subscribed is asked for again.
struct Connected {
  std::string session;
  std::string server;  ///< "weir/0.1.0"
  protocol::EffectiveLimits limits;
};

/// A connection has ended, or could not be made.
struct Disconnected {
  std::uint16_t code = 0;  ///< WebSocket close code; 1006: there was no close frame
  std::string reason;      ///< the close frame's, or a sentence that says what went wrong
  std::optional<Duration> retry_in{};  ///< none: for good
};

/// The one answer to a request. Requests that a lost connection has left open are answered with the
/// error `unknown`, except subscribes, which are repeated on the next one.
struct Reply {
  protocol::RequestId id = 0;
  std::optional<protocol::Error> error{};        ///< none: accepted
  std::optional<protocol::Position> position{};  ///< of a publish, where the gateway owns the topic
  std::optional<double> max_rate{};              ///< of a subscribe or limit: the effective one
};

/// An error that belongs to no request.
struct Problem {
  protocol::Error error;
};

struct TopicIntroduced {
  std::string topic;
  protocol::Kind kind = protocol::Kind::value;
  protocol::Position position;  ///< what comes is continuous after this
};

struct Ready {
  std::string filter;
};

/// A row of a table, whole, after a delivery has changed it.
struct DeliveredRow {
  std::string key;
  std::string json;  ///< one object
  /// Only these fields were changed, one object; null: removed. None: the row is new or replaced.
  std::optional<std::string> changed_fields{};
};

struct Delivered {
  std::string topic;
  protocol::Kind kind = protocol::Kind::value;
  protocol::Position position;
  /// The value or event, or all fields of a record; none: the topic was deleted or cleared, or is
  /// a table.
  std::optional<protocol::Payload> data{};
  /// Of a record: only these fields were changed, one object; null: removed. None: all of it is
  /// new.
  std::optional<std::string> changed_fields{};
  bool is_snapshot = false;                  ///< the state, not one entry
  std::optional<std::int64_t> unix_ms{};     ///< when it was published, where asked for
  std::optional<std::uint64_t> conflated{};  ///< entries that this one stands for, where asked for
  std::vector<DeliveredRow> rows{};          ///< of a table: those that changed
  std::vector<std::string> removed_rows{};   ///< of a table
  bool has_more = false;                     ///< of a table: whole behind the last part only
};

/// No entry of the topic with from < offset <= to will come.
struct Gap {
  std::string topic;
  std::optional<protocol::Offset> from{};  ///< none: a new epoch, or a position that never was
  protocol::Offset to = 0;
  protocol::GapCause cause = protocol::GapCause::unknown;
  std::optional<std::uint64_t> lost{};  ///< exact; none: cannot be known
};

/// The topic's source is away, or back.
struct Stale {
  std::string topic;
  bool is_stale = false;
};

/// The operator has changed the limits.
struct LimitsChanged {
  protocol::EffectiveLimits limits;
};

/// The gateway is about to close the connection.
struct Goodbye {
  std::uint16_t code = 0;
  std::string reason;
  std::optional<Duration> retry_in{};  ///< what the gateway asks for
};

/// Everything that a client is told.
using ClientEvent = std::variant<Connected,
                                 Disconnected,
                                 Reply,
                                 Problem,
                                 TopicIntroduced,
                                 Ready,
                                 Delivered,
                                 Gap,
                                 Stale,
                                 LimitsChanged,
                                 Goodbye>;

}  // namespace weir::clients::cpp
