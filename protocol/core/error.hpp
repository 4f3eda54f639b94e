#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Every error that a request or a published message can end in. The table is closed: SPEC.md
/// section 7, the gateway and the clients are tested against it.
enum class ErrorCode : std::uint8_t {
  bad_request,
  bad_topic,
  bad_filter,
  wrong_kind,
  too_big,
  forbidden,
  bad_token,
  token_expired,
  rate,
  too_many_subscriptions,
  too_many_topics,
  overloaded,
  unavailable,
  unknown,
  draining,
  unsupported,
  internal,
};

/// Whether the same request may succeed later without being changed.
enum class Retry : std::uint8_t { no, yes };

/// One row of the error table.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  ///< as on the wire, e.g. "bad_topic"
  std::string_view text;  ///< one sentence for a person
  std::optional<std::uint16_t>
      close_code;  ///< WebSocket close code, where the error ends the connection
  Retry retry;
};

/// All rows, in the order of ErrorCode.
[[nodiscard]] std::span<const ErrorInfo> error_table();
[[nodiscard]] const ErrorInfo& info(ErrorCode code);
/// The row with this wire name, or nullptr.
[[nodiscard]] const ErrorInfo* find_error(std::string_view name);

/// What went wrong, with the particulars: which key, line or value, what was expected.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;  ///< empty: the table's text says all

  /// The detail, or the table's text where there is none.
  [[nodiscard]] std::string_view message() const {
    return detail.empty() ? info(code).text : detail;
  }
  friend bool operator==(const Error&, const Error&) = default;
};

/// Why a connection ends. Name and code are closed like the error table; the name is the close
/// frame's reason text. 4000-4499 say "come back and resume", 4500-4999 "do not come back".
enum class CloseReason : std::uint8_t {
  normal,             // 1000
  going_away,         // 1001
  protocol_error,     // 1002
  unsupported_data,   // 1003
  invalid_payload,    // 1007
  policy,             // 1008
  too_big,            // 1009
  internal,           // 1011
  restart,            // 1012
  try_later,          // 1013
  no_heartbeat,       // 4000
  slow_consumer,      // 4001
  rate,               // 4002
  shed,               // 4003
  token_expired,      // 4007
  bad_requests,       // 4500
  bad_token,          // 4501
  forbidden,          // 4503
  too_many_sessions,  // 4504
  too_many_cells,     // 4505
};

/// One row of the close table.
struct CloseInfo {
  CloseReason reason;
  std::uint16_t code;     ///< RFC 6455 section 7.4, or the private range
  std::string_view name;  ///< at most 123 bytes, ASCII
  Retry retry;            ///< whether the client should come back
};

/// All rows, in the order of CloseReason.
[[nodiscard]] std::span<const CloseInfo> close_table();
[[nodiscard]] const CloseInfo& info(CloseReason reason);

}  // namespace weir::protocol
