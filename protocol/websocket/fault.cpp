#include "protocol/websocket/fault.hpp"

#include <array>
#include <cassert>

namespace weir::protocol::websocket {
namespace {

using enum Fault;
constexpr auto protocol_error = CloseReason::protocol_error;
constexpr auto invalid_payload = CloseReason::invalid_payload;

constexpr std::array<FaultInfo, 18> faults{{
    {reserved_bits,
     "reserved_bits",
     protocol_error,
     "A frame has a reserved bit set that no negotiated extension uses.",
     "RFC 6455, 5.2"},
    {reserved_opcode,
     "reserved_opcode",
     protocol_error,
     "A frame has a reserved opcode.",
     "RFC 6455, 5.2"},
    {not_masked,
     "not_masked",
     protocol_error,
     "A frame from a client is not masked.",
     "RFC 6455, 5.1"},
    {masked, "masked", protocol_error, "A frame from a server is masked.", "RFC 6455, 5.1"},
    {length_not_minimal,
     "length_not_minimal",
     protocol_error,
     "A frame's length takes more bytes than it needs.",
     "RFC 6455, 5.2"},
    {length_too_large,
     "length_too_large",
     protocol_error,
     "A frame's 64-bit length has its most significant bit set.",
     "RFC 6455, 5.2"},
    {control_fragmented,
     "control_fragmented",
     protocol_error,
     "A control frame is fragmented.",
     "RFC 6455, 5.5"},
    {control_too_long,
     "control_too_long",
     protocol_error,
     "A control frame is longer than 125 bytes.",
     "RFC 6455, 5.5"},
    {unexpected_continuation,
     "unexpected_continuation",
     protocol_error,
     "A continuation frame continues no message.",
     "RFC 6455, 5.4"},
    {missing_continuation,
     "missing_continuation",
     protocol_error,
     "A new message begins inside a fragmented one.",
     "RFC 6455, 5.4"},
    {close_payload_length,
     "close_payload_length",
     protocol_error,
     "A close frame's payload is one byte, which is no code.",
     "RFC 6455, 5.5.1"},
    {close_code,
     "close_code",
     protocol_error,
     "A close frame has a code that must not be sent.",
     "RFC 6455, 7.4"},
    {close_reason,
     "close_reason",
     invalid_payload,
     "A close frame's reason is not UTF-8.",
     "RFC 6455, 5.5.1 and 8.1"},
    {bad_utf8, "bad_utf8", invalid_payload, "A text message is not UTF-8.", "RFC 6455, 8.1"},
    {bad_deflate,
     "bad_deflate",
     invalid_payload,
     "A compressed message does not inflate.",
     "RFC 7692, 7.2.2"},
    {message_too_big,
     "message_too_big",
     CloseReason::too_big,
     "A message is larger than the limit.",
     "message_bytes_max"},
    {wire_bytes,
     "wire_bytes",
     CloseReason::policy,
     "A message takes more bytes on the wire than the limit.",
     "wire_bytes_max"},
    {fragments,
     "fragments",
     CloseReason::policy,
     "A message comes in more frames than the limit.",
     "fragments_max"},
}};

}  // namespace

std::span<const FaultInfo> fault_table() {
  return faults;
}

const FaultInfo& info(Fault fault) {
  const auto index = static_cast<std::size_t>(fault);
  assert(index < faults.size() && faults[index].fault == fault);
  return faults[index];
}

}  // namespace weir::protocol::websocket
