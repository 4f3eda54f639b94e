#pragma once

#include "protocol/core/command.hpp"
#include "protocol/core/event.hpp"
#include "protocol/core/message_type.hpp"
#include "protocol/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Why a message is no command. With the id, where it could be read, the request still gets its
/// reply.
struct CommandError {
  Error error;
  std::optional<RequestId> id;
};

/// Translates between the bytes of one subprotocol and the gateway's commands and events.
/// Stateless, so one object serves all sessions of all shards; thread-safe by being const.
class Codec {
public:
  virtual ~Codec() = default;

  /// The WebSocket subprotocol, e.g. "weir.v1.json".
  [[nodiscard]] virtual std::string_view subprotocol() const = 0;
  /// What its messages are; the other type closes with 1003.
  [[nodiscard]] virtual MessageType message_type() const = 0;
  /// Shape:  one whole message, text already valid UTF-8; never allocates more than a small
  /// multiple of its size. Errors: bad_request, bad_topic, bad_filter, unsupported - names the key
  /// and what was expected.
  [[nodiscard]] virtual Result<Command, CommandError> decode(std::string_view message) const = 0;
  /// Appends one whole message to `out`.
  virtual void encode(const Event& event, std::string& out) const = 0;

protected:
  Codec() = default;
  Codec(const Codec&) = default;
  Codec& operator=(const Codec&) = default;
};

}  // namespace weir::protocol
