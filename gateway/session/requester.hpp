#pragma once

#include "gateway/topics/topic_log.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/result.hpp"

namespace weir::gateway::session {

/// Who asks a hub for something and has no session: an HTTP request. Known to the hub by a number
/// like a session's, from `Hub::add_requester` to `Hub::remove_requester`.
class Requester {
public:
  /// What became of a publish that another shard or an adapter took.
  virtual void on_published(protocol::RequestId id,
                            protocol::Result<protocol::Position> result) = 0;
  /// What another shard's topic holds. Errors: as Hub::ask_state.
  virtual void on_state(protocol::Result<topics::LogImagePtr> state) = 0;

protected:
  ~Requester() = default;
};

}  // namespace weir::gateway::session
