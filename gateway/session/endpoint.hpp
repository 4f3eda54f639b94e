#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/core/time.hpp"
#include "protocol/core/codec.hpp"
#include "protocol/core/error.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace weir::gateway::session {

/// What an endpoint may ask of the connection that carries it. Implemented by net/connection and by
/// the simulator.
class ConnectionPort {
public:
  /// The endpoint has something to send: `pull` will be called at the end of this turn, or when the
  /// socket can take more. Cheap and idempotent.
  virtual void request_flush() = 0;
  /// The endpoint's deadline came nearer, perhaps outside a call of the connection, which asks for
  /// it again in this turn. Cheap and idempotent; not for connections that look at it all the time.
  virtual void request_deadline() {}
  /// Sends a WebSocket ping, ahead of all deliveries, and `on_pong` when it comes back. Nothing
  /// while one is still on its way: the connection is ordered, so a second would tell no more.
  virtual void request_ping() {}
  /// What was handed out last begins with the head of an HTTP response that has this status.
  virtual void note_response(unsigned /*status*/) {}
  /// Ends the connection: what `pull` still has is sent first, then the close frame. `on_closed`
  /// follows, later.
  virtual void request_close(protocol::CloseReason reason) = 0;

protected:
  ~ConnectionPort() = default;
};

/// What stands behind a connection after the upgrade: a session, or the echo. Owned by its
/// connection, used by one shard. All bytes that it hands out are finished WebSocket frames, or
/// parts of one HTTP response where the connection carries an event stream.
class Endpoint {
public:
  virtual ~Endpoint() = default;

  /// One whole message; text is valid UTF-8. The view lives for the call.
  virtual void on_message(protocol::MessageType type, std::string_view message, Now now) = 0;
  /// Any frame came in, a ping or pong included: the peer lives. Called before on_message.
  virtual void on_activity(Now now) = 0;
  /// The answer to a ping that was asked for, so long after the socket was given it. What waits in
  /// the buffers before it counts: that is how far away the client is.
  virtual void on_pong(Duration /*round_trip*/, Now /*now*/) {}
  /// False: do not read from this peer until it has taken what waits for it.
  [[nodiscard]] virtual bool wants_input() const = 0;
  /// Appends frames to `out`, at most `budget_bytes` of them but at least one frame when anything
  /// may be sent now. With 0, one control message at least, and nothing that can wait. An endpoint
  /// that has more asks for another flush.
  virtual void pull(std::size_t budget_bytes, WriteBatch& out, Now now) = 0;
  /// When `on_deadline` wants to be called; asked again after every call into the endpoint.
  [[nodiscard]] virtual std::optional<TimePoint> deadline() const = 0;
  virtual void on_deadline(Now now) = 0;
  /// The last call: the connection is gone, for this reason.
  virtual void on_closed(protocol::CloseReason reason, Now now) = 0;
};

}  // namespace weir::gateway::session
