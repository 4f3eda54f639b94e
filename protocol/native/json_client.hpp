#pragma once

#include "protocol/core/event.hpp"
#include "protocol/core/result.hpp"
#include "protocol/native/json_checker.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::protocol::native {

/// A reply that says yes. Which members are there follows from the request, which the text does not
/// repeat.
struct AcceptedReply {
  RequestId re = 0;
  std::optional<std::string> session;        ///< connect
  std::optional<std::string> server;         ///< connect
  std::optional<std::int64_t> heartbeat_ms;  ///< connect
  std::optional<EffectiveLimits> limits;     ///< connect, limit
  std::optional<double> max_rate;            ///< subscribe, limit of a filter
  std::optional<Position> position;          ///< publish, where the gateway owns the topic
  std::optional<std::int64_t> unix_ms;       ///< ping
};

/// A reply that says no. A code that this version does not know reads as `internal`.
struct RefusedReply {
  RequestId re = 0;
  Error error;
  Retry retry = Retry::no;  ///< as the gateway said
};

/// A row of a table's delivery.
struct ReceivedRow {
  std::string key;
  std::vector<Field> fields;  ///< "null": the field was removed
};

/// What changed since `base`.
struct ReceivedChanges {
  Offset base = 0;
  std::vector<Field> fields;              ///< of a record; "null": removed
  std::vector<ReceivedRow> rows;          ///< of a table
  std::vector<std::string> removed_rows;  ///< applied before `rows`
};

/// What turns the value of entry `base` into a newer one.
struct ReceivedPatch {
  Offset base = 0;
  std::string json;  ///< an array, which may be no JSON Patch
};

/// A DeliveryEvent that owns its data.
struct ReceivedDelivery {
  TopicNumber number = 0;
  Offset offset = 0;
  Offset prev = 0;              ///< offset of the entry before
  std::optional<Payload> data;  ///< the whole; none of the three: deleted or cleared
  std::optional<ReceivedPatch> patch;
  std::optional<ReceivedChanges> changes;
  bool has_more = false;  ///< the state is whole behind the last part only
  bool is_snapshot = false;
  std::optional<std::int64_t> unix_ms;
  std::optional<std::uint64_t> conflated;
};

/// The gateway is about to close.
struct ReceivedGoodbye {
  std::uint16_t code = 0;
  std::string reason;                    ///< the name in the close table
  std::optional<std::int64_t> retry_ms;  ///< absent: do not come back
};

/// An op of a later version: to be ignored.
struct IgnoredMessage {};

/// What a gateway sends, read and checked. Owns all that it says.
using ServerMessage = std::variant<AcceptedReply,
                                   RefusedReply,
                                   ErrorEvent,
                                   TopicEvent,
                                   ReadyEvent,
                                   ReceivedDelivery,
                                   GapEvent,
                                   StaleEvent,
                                   LimitsEvent,
                                   HeartbeatEvent,
                                   ReceivedGoodbye,
                                   IgnoredMessage>;

/// Reads one message of a gateway, the client's side of `weir.v1` (command_writer.hpp is the other
/// half). Members and ops that are not known are ignored.
/// Errors: bad_request - no map, or a member is missing or of another type. The connection is of no
///         use.
/// Source: SPEC.md sections 4 to 6.
[[nodiscard]] Result<ServerMessage> read_server_message(const CheckedObject& message);
/// Of `weir.v1.json`: one WebSocket text message, valid UTF-8.
[[nodiscard]] Result<ServerMessage> read_server_message(std::string_view message);
/// Of `weir.v1.cbor`: one WebSocket binary message. What the gateway has as JSON is JSON again.
[[nodiscard]] Result<ServerMessage> read_cbor_server_message(std::string_view message);

}  // namespace weir::protocol::native
