#pragma once

#include "protocol/core/event.hpp"

namespace weir::gateway::session {

/// Whom a session gives its replies instead of its client, which has no requests of its own: its
/// commands were made from an HTTP request.
class ReplyPort {
public:
  using Body = decltype(protocol::ReplyEvent::body);

  /// The one reply to the command with this id; perhaps before `Session::on_message` has returned.
  virtual void on_reply(protocol::RequestId re, const Body& body) = 0;

protected:
  ~ReplyPort() = default;
};

}  // namespace weir::gateway::session
