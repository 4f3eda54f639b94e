#pragma once

#include "protocol/core/entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::session {

/// What stands around each message on the wire. Sessions with the same framing share frames.
enum class Framing : std::uint8_t {
  websocket,        ///< a frame of RFC 6455
  events,           ///< a Server-Sent Event
  numbered_events,  ///< the same, with the position that it takes its client to as its id
};

/// "k3f9:18": a position as the id of an event.
[[nodiscard]] std::string to_event_id(const protocol::Epoch& epoch, protocol::Offset offset);
/// Reads what `to_event_id` writes; nullopt: it is no such id.
[[nodiscard]] std::optional<protocol::Position> read_event_id(std::string_view id);

/// Appends an event with one message as its data; a message of several lines stays what it is to a
/// reader of JSON. `id` empty: the event has none.
/// Shape:  `message` is JSON, where line ends can only be white space between two tokens.
/// Source: HTML, 9.2.6.
void append_event(std::string_view message, std::string_view id, std::string& out);

/// Appends how long the client is to wait before it comes back, in the event that is begun.
void append_retry(std::int64_t retry_ms, std::string& out);

/// A life sign that no listener of the page sees.
inline constexpr std::string_view event_comment = ":\n\n";

}  // namespace weir::gateway::session
