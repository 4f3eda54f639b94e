#include "tests/unit/protocol/native/vectors.hpp"

#include "protocol/core/bytes.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <utility>
#include <variant>

namespace weir::tests {

using namespace protocol;

namespace {

template <class T>
void put(Json& out, const char* name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

void put_payload(Json& out, const Payload& payload) {
  if (payload.format == PayloadFormat::json) {
    out["json"] = payload.bytes;
  } else {
    out["b64"] = to_base64(payload.bytes);
  }
}

void put_wishes(Json& out, const SessionWishes& wishes) {
  put(out, "bytes_per_s", wishes.bytes_per_s);
  put(out, "messages_per_s", wishes.messages_per_s);
  put(out, "max_delay_ms", wishes.max_delay_ms);
  put(out, "window_bytes", wishes.window_bytes);
}

Json positions(const Positions& from) {
  Json out = Json::object();
  for (const auto& [topic, position] : from) {
    out[topic] = Json{{"epoch", position.epoch}, {"offset", position.offset}};
  }
  return out;
}

Json meaning(const ConnectCommand& command) {
  Json out{{"op", "connect"}, {"id", command.id}};
  if (!command.token.empty()) out["token"] = command.token;
  put(out, "heartbeat_ms", command.heartbeat_ms);
  put_wishes(out, command.wishes);
  return out;
}

Json meaning(const SubscribeCommand& command) {
  const auto& options = command.options;
  Json out{{"op", "subscribe"},
           {"id", command.id},
           {"filter", command.filter},
           {"max_rate", options.max_rate},
           {"fields", options.fields},
           {"history", options.history},
           {"on_overflow", options.on_overflow == OverflowPolicy::gap ? "gap" : "close"},
           {"ts", options.wants_time},
           {"counts", options.wants_counts},
           {"priority", options.priority}};
  if (options.delivery) out["delivery"] = *options.delivery == Delivery::all ? "all" : "latest";
  if (options.delta == Delta::patch) out["delta"] = "patch";
  put(out, "snapshot", options.snapshot);
  if (command.from) out["from"] = positions(*command.from);
  return out;
}

Json meaning(const PositionsCommand& command) {
  return {{"op", "positions"}, {"id", command.id}, {"from", positions(command.from)}};
}

Json meaning(const UnsubscribeCommand& command) {
  return {{"op", "unsubscribe"}, {"id", command.id}, {"filter", command.filter}};
}

Json meaning(const PublishCommand& command) {
  const auto& publication = command.publication;
  Json out{{"op", "publish"},
           {"topic", publication.topic},
           {"key", publication.key},
           {"mid", publication.mid}};
  put(out, "id", command.id);
  if (publication.operation == Operation::replace) {
    out["operation"] = "replace";
    put_payload(out, publication.payload);
  } else if (publication.operation == Operation::update) {
    out["operation"] = "update";
    out["fields"] = Json::array();
    for (const auto& field : publication.fields) {
      out["fields"].push_back(Json::array({field.name, field.json}));
    }
  } else {
    CHECK(publication.operation == Operation::remove);
    out["operation"] = "remove";
  }
  return out;
}

Json meaning(const LimitCommand& command) {
  Json out{{"op", "limit"}, {"id", command.id}, {"filter", command.filter}};
  put_wishes(out, command.wishes);
  put(out, "max_rate", command.max_rate);
  return out;
}

Json meaning(const PingCommand& command) {
  return {{"op", "ping"}, {"id", command.id}};
}

Json meaning(const TokenCommand& command) {
  return {{"op", "token"}, {"id", command.id}, {"token", command.token}};
}

Json meaning(const AckCommand& command) {
  return {{"op", "ack"}, {"bytes", command.bytes}};
}

/// Reads the texts that are values of an object, at any depth.
void read_texts(nlohmann::json& value) {
  if (value.is_string()) {
    value = nlohmann::json::parse(value.get<std::string>());
  } else if (value.is_object()) {
    for (auto& member : value) read_texts(member);
  }
}

}  // namespace

Json load_vectors(std::string_view file) {
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/tests/vectors/" + std::string(file));
  REQUIRE(in.is_open());
  return Json::parse(in);
}

Json meaning_of(const Command& command) {
  return std::visit([](const auto& one) { return meaning(one); }, command);
}

nlohmann::json normalized(const Json& means) {
  nlohmann::json out(means);
  for (const auto* name : {"json", "patch", "rows"}) {
    if (out.contains(name)) read_texts(out[name]);
  }
  if (!out.contains("fields")) return out;
  auto& fields = out["fields"];
  if (fields.is_object()) read_texts(fields);  // of a delivery
  for (auto& field : fields) {
    if (field.is_array()) read_texts(field[1]);  // of a publish: names with values
  }
  return out;
}

}  // namespace weir::tests
