#include "protocol/core/bytes.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace weir::tests {

using namespace protocol;
using namespace protocol::native;

namespace {

template <class T>
void put(Json& out, const char* name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

template <class T>
std::optional<T> get(const Json& means, const char* name) {
  if (!means.contains(name)) return std::nullopt;
  return means.at(name).get<T>();
}

Json meaning(const EffectiveLimits& limits) {
  return {{"bytes_per_s", limits.bytes_per_s},
          {"messages_per_s", limits.messages_per_s},
          {"max_delay_ms", limits.max_delay_ms},
          {"window_bytes", limits.window_bytes},
          {"message_bytes", limits.message_bytes},
          {"subscriptions", limits.subscriptions},
          {"cells", limits.cells},
          {"publishes_per_s", limits.publishes_per_s}};
}

EffectiveLimits limits_of(const Json& means) {
  return {.bytes_per_s = means.at("bytes_per_s"),
          .messages_per_s = means.at("messages_per_s"),
          .max_delay_ms = means.at("max_delay_ms"),
          .window_bytes = means.at("window_bytes"),
          .message_bytes = means.at("message_bytes"),
          .subscriptions = means.at("subscriptions"),
          .cells = means.at("cells"),
          .publishes_per_s = means.at("publishes_per_s")};
}

Error error_of(const Json& means) {
  const auto* row = find_error(means.at("code").get<std::string>());
  REQUIRE(row != nullptr);
  return {row->code, means.at("message")};
}

Event accepted(const Json& means) {
  ReplyEvent out{means.at("re").get<RequestId>(), DoneReply{}};
  if (means.contains("session")) {
    out.body = ConnectedReply{means.at("session"),
                              means.at("heartbeat_ms"),
                              limits_of(means.at("limits")),
                              means.at("server")};
  } else if (means.contains("limits")) {
    out.body = LimitedReply{limits_of(means.at("limits")), std::nullopt};
  } else if (means.contains("max_rate")) {
    out.body = SubscribedReply{means.at("max_rate")};
  } else if (means.contains("position")) {
    const auto& position = means.at("position");
    out.body = PublishedReply{Position{position.at("epoch"), position.at("offset")}};
  } else if (means.contains("unix_ms")) {
    out.body = PongReply{means.at("unix_ms")};
  }
  return out;
}

/// Views into `means`.
StateChanges changes_of(const Json& means) {
  const auto views = [](const Json& fields) {
    std::vector<FieldView> out;
    for (const auto& [name, value] : fields.items()) {
      const auto& json = value.get_ref<const std::string&>();
      out.push_back({name, json == "null" ? std::string_view{} : std::string_view(json)});
    }
    return out;
  };
  StateChanges out;
  out.base = means.at("base").get<Offset>();
  out.has_more = means.contains("more");
  if (means.contains("fields")) {
    out.fields = views(means.at("fields"));
    return out;
  }
  out.kind = Kind::table;
  for (const auto& [key, row] : means.at("rows").items()) out.rows.push_back({key, views(row)});
  for (const auto& key : means.at("removed")) {
    out.removed_rows.push_back(key.get_ref<const std::string&>());
  }
  return out;
}

Event delivery(const Json& means, EventContent& content) {
  DeliveryEvent out;
  out.number = means.at("number");
  out.offset = means.at("offset");
  const Offset prev = means.at("prev");
  const bool is_patch = means.contains("patch");
  if (prev + 1 != out.offset && (is_patch || !means.contains("base"))) out.prev = prev;
  if (means.contains("json")) {
    content.payload = {PayloadFormat::json, means.at("json")};
    out.data = &content.payload;
  } else if (means.contains("b64")) {
    content.payload.format = PayloadFormat::bytes;
    REQUIRE(from_base64(means.at("b64").get<std::string>(), content.payload.bytes));
    out.data = &content.payload;
  } else if (is_patch) {
    out.patch = ValuePatch{means.at("base"), means.at("patch").get_ref<const std::string&>()};
  } else if (means.contains("base")) {
    content.changes = changes_of(means);
    out.changes = &content.changes;
  }
  out.is_snapshot = means.at("snapshot");
  out.unix_ms = get<std::int64_t>(means, "unix_ms");
  out.conflated = get<std::uint64_t>(means, "conflated");
  return out;
}

GapCause cause_of(const std::string& text) {
  for (int i = 0; i < static_cast<int>(GapCause::unknown); ++i) {
    if (name(static_cast<GapCause>(i)) == text) return static_cast<GapCause>(i);
  }
  REQUIRE(text == "unknown");
  return GapCause::unknown;
}

CloseReason reason_of(const Json& means) {
  const auto rows = close_table();
  const auto row = std::ranges::find(rows, means.at("code").get<int>(), &CloseInfo::code);
  REQUIRE(row != rows.end());
  return row->reason;
}

Json meaning(const AcceptedReply& reply) {
  Json out{{"type", "accepted"}, {"re", reply.re}};
  put(out, "session", reply.session);
  put(out, "heartbeat_ms", reply.heartbeat_ms);
  if (reply.limits) out["limits"] = meaning(*reply.limits);
  put(out, "server", reply.server);
  put(out, "max_rate", reply.max_rate);
  if (reply.position) {
    out["position"] = {{"epoch", reply.position->epoch}, {"offset", reply.position->offset}};
  }
  put(out, "unix_ms", reply.unix_ms);
  return out;
}

Json meaning(const RefusedReply& reply) {
  return {{"type", "refused"},
          {"re", reply.re},
          {"code", info(reply.error.code).name},
          {"message", reply.error.message()},
          {"retry", reply.retry == Retry::yes}};
}

Json meaning(const ErrorEvent& event) {
  const auto& row = info(event.error.code);
  return {{"type", "error"},
          {"code", row.name},
          {"message", event.error.message()},
          {"retry", row.retry == Retry::yes}};
}

Json meaning(const TopicEvent& event) {
  return {{"type", "topic"},
          {"number", event.number},
          {"topic", event.topic},
          {"kind", name(event.kind)},
          {"epoch", event.epoch},
          {"offset", event.offset}};
}

Json meaning(const ReadyEvent& event) {
  return {{"type", "ready"}, {"filter", event.filter}};
}

Json meaning(const std::vector<Field>& fields) {
  Json out = Json::object();
  for (const auto& field : fields) out[field.name] = field.json;
  return out;
}

void put_changes(Json& out, const ReceivedChanges& changes) {
  out["base"] = changes.base;
  if (!changes.fields.empty()) {
    out["fields"] = meaning(changes.fields);
    return;
  }
  out["rows"] = Json::object();
  for (const auto& row : changes.rows) out["rows"][row.key] = meaning(row.fields);
  out["removed"] = changes.removed_rows;
}

Json meaning(const ReceivedDelivery& delivery) {
  Json out{{"type", "delivery"},
           {"number", delivery.number},
           {"offset", delivery.offset},
           {"prev", delivery.prev},
           {"snapshot", delivery.is_snapshot}};
  if (delivery.data && delivery.data->format == PayloadFormat::json) {
    out["json"] = delivery.data->bytes;
  } else if (delivery.data) {
    out["b64"] = to_base64(delivery.data->bytes);
  }
  if (delivery.patch) {
    out["base"] = delivery.patch->base;
    out["patch"] = delivery.patch->json;
  }
  if (delivery.changes) put_changes(out, *delivery.changes);
  if (delivery.has_more) out["more"] = true;
  put(out, "unix_ms", delivery.unix_ms);
  put(out, "conflated", delivery.conflated);
  return out;
}

Json meaning(const GapEvent& event) {
  Json out{
      {"type", "gap"}, {"number", event.number}, {"to", event.to}, {"cause", name(event.cause)}};
  put(out, "from", event.from);
  put(out, "lost", event.lost);
  return out;
}

Json meaning(const StaleEvent& event) {
  return {{"type", "stale"}, {"number", event.number}, {"stale", event.is_stale}};
}

Json meaning(const LimitsEvent& event) {
  return {{"type", "limits"}, {"limits", meaning(event.limits)}};
}

Json meaning(const HeartbeatEvent& event) {
  return {{"type", "heartbeat"}, {"unix_ms", event.unix_ms}};
}

Json meaning(const ReceivedGoodbye& goodbye) {
  Json out{{"type", "goodbye"}, {"code", goodbye.code}, {"reason", goodbye.reason}};
  put(out, "retry_ms", goodbye.retry_ms);
  return out;
}

Json meaning(const IgnoredMessage& /*message*/) {
  return {{"type", "ignored"}};
}

}  // namespace

Event event_of(const Json& means, EventContent& content) {
  const auto type = means.at("type").get<std::string>();
  if (type == "accepted") return accepted(means);
  if (type == "refused") return ReplyEvent{means.at("re").get<RequestId>(), error_of(means)};
  if (type == "error") return ErrorEvent{error_of(means)};
  if (type == "topic") {
    const auto kind = find_kind(means.at("kind").get<std::string>());
    REQUIRE(kind);
    return TopicEvent{
        means.at("number"), means.at("topic"), *kind, means.at("epoch"), means.at("offset")};
  }
  if (type == "ready") return ReadyEvent{means.at("filter")};
  if (type == "delivery") return delivery(means, content);
  if (type == "gap") {
    return GapEvent{means.at("number"),
                    get<Offset>(means, "from"),
                    means.at("to"),
                    cause_of(means.at("cause")),
                    get<std::uint64_t>(means, "lost")};
  }
  if (type == "stale") return StaleEvent{means.at("number"), means.at("stale")};
  if (type == "limits") return LimitsEvent{limits_of(means.at("limits"))};
  if (type == "heartbeat") return HeartbeatEvent{means.at("unix_ms")};
  REQUIRE(type == "goodbye");
  return GoodbyeEvent{reason_of(means), get<std::int64_t>(means, "retry_ms")};
}

Json meaning_of(const ServerMessage& message) {
  return std::visit([](const auto& one) { return meaning(one); }, message);
}

}  // namespace weir::tests
