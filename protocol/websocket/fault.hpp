#pragma once

#include "protocol/core/error.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::protocol::websocket {

/// Everything that a peer can do wrong once frames flow. The table is closed: each fault has one
/// close code, one text and one name, which is its label in metrics.
enum class Fault : std::uint8_t {
  reserved_bits,            ///< RSV2, RSV3, or RSV1 where no extension gives it a meaning
  reserved_opcode,          ///< 3-7 or 11-15
  not_masked,               ///< a client's frame without a mask
  masked,                   ///< a server's frame with one
  length_not_minimal,       ///< 16 or 64 bits where fewer were enough
  length_too_large,         ///< the most significant of 64 bits is set
  control_fragmented,       ///< close, ping or pong without FIN
  control_too_long,         ///< close, ping or pong over 125 bytes
  unexpected_continuation,  ///< continuation while no message is open
  missing_continuation,     ///< text or binary while a message is open
  close_payload_length,     ///< a close frame of one byte
  close_code,               ///< a code that must not be sent
  close_reason,             ///< the reason is not UTF-8
  bad_utf8,                 ///< a text message is not UTF-8
  bad_deflate,              ///< a compressed message does not inflate
  message_too_big,          ///< more payload than MessageLimits::message_bytes_max
  wire_bytes,               ///< more bytes on the wire than MessageLimits::wire_bytes_max
  fragments,                ///< more frames than MessageLimits::fragments_max
};

/// One row of the fault table.
struct FaultInfo {
  Fault fault;
  std::string_view name;    ///< as in metrics and logs, e.g. "bad_utf8"
  CloseReason reason;       ///< what the connection is closed with
  std::string_view text;    ///< one sentence for a person
  std::string_view source;  ///< clause of the RFC, or the limit
};

/// All rows, in the order of Fault.
[[nodiscard]] std::span<const FaultInfo> fault_table();
[[nodiscard]] const FaultInfo& info(Fault fault);

/// `return fail(Fault::bad_utf8);`
[[nodiscard]] inline Unexpected<Fault> fail(Fault fault) {
  return Unexpected<Fault>(fault);
}

}  // namespace weir::protocol::websocket
