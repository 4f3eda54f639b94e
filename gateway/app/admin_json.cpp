#include "gateway/app/admin_json.hpp"

#include <nlohmann/json.hpp>

namespace weir::gateway::app {
namespace {

using nlohmann::ordered_json;

ordered_json to_object(const SessionInfo& session) {
  return {{"session", std::to_string(session.id)},
          {"shard", session.shard},
          {"subscriptions", session.subscriptions},
          {"cells", session.cells}};
}

ordered_json to_object(const TopicInfo& topic) {
  return {{"topic", topic.name},
          {"shard", topic.shard},
          {"kind", protocol::name(topic.kind)},
          {"epoch", topic.head.epoch},
          {"offset", topic.head.offset},
          {"ring_entries", topic.ring_entries},
          {"retained_bytes", topic.retained_bytes},
          {"stale", topic.is_stale}};
}

ordered_json to_object(const AdapterInfo& adapter) {
  return {{"adapter", adapter.name},
          {"type", adapter.type},
          {"state", name(adapter.status.state)},
          {"reason", adapter.status.reason},
          {"events", adapter.events}};
}

template <class Infos>
std::string to_text(const char* name, const Infos& infos, std::size_t total) {
  auto list = ordered_json::array();
  for (const auto& info : infos) list.push_back(to_object(info));
  return ordered_json{{name, std::move(list)}, {"total", total}}.dump();
}

}  // namespace

std::string to_json(const Listing<SessionInfo>& sessions) {
  return to_text("sessions", sessions.items, sessions.total);
}

std::string to_json(const Listing<TopicInfo>& topics) {
  return to_text("topics", topics.items, topics.total);
}

std::string to_json(const std::vector<AdapterInfo>& adapters) {
  return to_text("adapters", adapters, adapters.size());
}

}  // namespace weir::gateway::app
