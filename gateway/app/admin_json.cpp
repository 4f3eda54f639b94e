#include "gateway/app/admin_json.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace weir::gateway::app {
namespace {

using nlohmann::ordered_json;

double to_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

ordered_json round_trip(const session::SessionStatus& status) {
  return status.round_trip ? ordered_json(to_ms(*status.round_trip)) : ordered_json();
}

ordered_json to_object(const session::Ceilings& ceilings) {
  return {{"bytes_per_s", ceilings.bytes_per_s},
          {"messages_per_s", ceilings.messages_per_s},
          {"max_delay_ms", ceilings.max_delay_ms}};
}

ordered_json to_object(const SessionInfo& session) {
  const auto& status = session.status;
  const auto& tally = status.tally;
  return {{"session", std::to_string(status.id)},
          {"subject", status.subject},
          {"address", status.address},
          {"shard", session.shard},
          {"subscriptions", status.subscriptions},
          {"cells", status.cells},
          {"delivered_messages", tally.deliveries},
          {"delivered_bytes", tally.delivery_bytes},
          {"conflated", tally.conflated},
          {"gaps", tally.gaps},
          {"lost", tally.lost},
          {"throttled_s", tally.throttled_s},
          {"behind", {{"cells", status.backlog.cells}, {"ms", to_ms(status.backlog.age)}}},
          {"round_trip_ms", round_trip(status)},
          {"window_used", status.window_used},
          {"limits",
           {{"bytes_per_s", status.limits.bytes_per_s},
            {"messages_per_s", status.limits.messages_per_s},
            {"max_delay_ms", status.limits.max_delay_ms},
            {"window_bytes", status.limits.window_bytes}}},
          {"ceilings", to_object(status.own_ceilings)}};
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
  ordered_json object = {
      {"adapter", adapter.name},
      {"type", adapter.type},
      {"state", name(adapter.status.state)},
      {"reason", adapter.status.reason},
      {"events", adapter.events},
      {"wanted", {{"filters", adapter.wanted.first}, {"total", adapter.wanted.total}}}};
  if (!adapter.blocked_in.empty()) object["blocked_in"] = adapter.blocked_in;
  return object;
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

std::string to_json(const SessionInfo& session) {
  return to_object(session).dump();
}

std::string to_json(const Listing<TopicInfo>& topics) {
  return to_text("topics", topics.items, topics.total);
}

std::string to_json(const std::vector<AdapterInfo>& adapters) {
  return to_text("adapters", adapters, adapters.size());
}

http::Response json_response(std::string body) {
  http::Response response;
  response.content_type = "application/json";
  response.body = std::move(body) + '\n';
  return response;
}

http::Response no_answer() {
  return http::text_response(503, "a shard has not answered in time");
}

}  // namespace weir::gateway::app
