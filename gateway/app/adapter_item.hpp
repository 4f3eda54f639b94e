#pragma once

#include "adapters/abi/host_port.hpp"
#include "gateway/app/inbox.hpp"

#include <string>
#include <variant>

namespace weir::gateway::app {

/// How the adapter is: an entry of the gateway's own topic for that.
struct StatusEntry {
  protocol::Publication publication;
};

/// The topic gets a new epoch.
struct TopicReset {
  std::string topic;
};

/// An adapter's source went away or came back.
struct SourceChange {
  bool is_away = false;     ///< now
  bool was_outage = false;  ///< it has gone away since the last change; also if it is back by now
};

/// What an adapter has done, on its way to one shard.
using AdapterItem = std::variant<adapters::abi::PublishItem, StatusEntry, TopicReset, SourceChange>;

/// From one adapter to one shard, in order.
using AdapterInbox = Inbox<AdapterItem>;

}  // namespace weir::gateway::app
