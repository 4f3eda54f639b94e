#pragma once

#include "protocol/core/entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace weir::protocol {

using RequestId = std::int64_t;                               ///< chosen by the client, 0..2^53-1
using Positions = std::unordered_map<std::string, Position>;  ///< by topic

enum class Delivery : std::uint8_t { latest, all };
/// How a newer value of a topic that holds JSON is told to a client that has an older one.
enum class Delta : std::uint8_t { none, patch };
enum class OverflowPolicy : std::uint8_t { gap, close };

/// Limits that a client asks for; what is absent stays as it is, 0 means none.
struct SessionWishes {
  std::optional<std::uint64_t> bytes_per_s;
  std::optional<double> messages_per_s;
  std::optional<std::int64_t> max_delay_ms;
  std::optional<std::uint64_t> window_bytes;
};

struct ConnectCommand {
  RequestId id = 0;
  std::string token;                         ///< empty: none
  std::optional<std::int64_t> heartbeat_ms;  ///< 1000..60000, checked by the codec
  SessionWishes wishes;
};

/// How one filter of a session is served.
struct SubscribeOptions {
  std::optional<Delivery> delivery;  ///< none: `all` for streams, `latest` otherwise
  double max_rate = 0;               ///< deliveries per second per topic, 0: none; `latest` only
  std::optional<bool> snapshot;      ///< none: true for `latest`, false for `all`
  std::vector<std::string> fields;   ///< records and tables, `latest` only; empty: all
  Delta delta = Delta::none;         ///< of values, `latest` only
  std::uint32_t history = 0;         ///< entries to begin with
  OverflowPolicy on_overflow = OverflowPolicy::gap;
  bool wants_time = false;    ///< "ts"
  bool wants_counts = false;  ///< "counts"
  std::int32_t priority = 0;  ///< -100 to 100: of the session's topics, higher ones go first
};

struct SubscribeCommand {
  RequestId id = 0;
  std::string filter;  ///< valid: checked by the codec
  SubscribeOptions options;
  std::optional<Positions> from;
};

struct PositionsCommand {
  RequestId id = 0;
  Positions from;
};

struct UnsubscribeCommand {
  RequestId id = 0;
  std::string filter;
};

struct PublishCommand {
  std::optional<RequestId> id;  ///< none: no reply is wanted
  Publication publication;      ///< topic checked by the codec
};

/// Changes the session's limits, or with a filter that subscription's.
struct LimitCommand {
  RequestId id = 0;
  std::string filter;              ///< empty: the session
  SessionWishes wishes;            ///< for the session
  std::optional<double> max_rate;  ///< for the filter
};

struct PingCommand {
  RequestId id = 0;
};

struct TokenCommand {
  RequestId id = 0;
  std::string token;
};

/// Delivery payload bytes that the application has handled since the connection began.
struct AckCommand {
  std::uint64_t bytes = 0;
};

/// Everything that a client can ask for, whatever codec it speaks.
using Command = std::variant<ConnectCommand,
                             SubscribeCommand,
                             PositionsCommand,
                             UnsubscribeCommand,
                             PublishCommand,
                             LimitCommand,
                             PingCommand,
                             TokenCommand,
                             AckCommand>;

}  // namespace weir::protocol
