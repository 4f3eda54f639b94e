#include "adapters/mqtt/mqtt_properties.hpp"

#include "protocol/core/utf8.hpp"

#include <cstdlib>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <new>
#include <string>
#include <utility>

namespace weir::adapters::mqtt {

namespace {

/// What libmosquitto has allocated for us.
struct Free {
  void operator()(char* text) const {
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): it is not ours to choose
  }
};
using Text = std::unique_ptr<char, Free>;

/// Adds one more, by a function of libmosquitto that takes the list.
template <class Add>
void extend(Properties& properties, Add add) {
  mosquitto_property* list = properties.release();
  const int status = add(&list);
  properties.reset(list);
  if (status == MOSQ_ERR_NOMEM) throw std::bad_alloc();
}

void add_user(Properties& properties, const std::string& name, const std::string& value) {
  extend(properties, [&](mosquitto_property** list) {
    return mosquitto_property_add_string_pair(
        list, MQTT_PROP_USER_PROPERTY, name.c_str(), value.c_str());
  });
}

}  // namespace

void FreeProperties::operator()(mosquitto_property* properties) const {
  mosquitto_property_free_all(&properties);
}

Properties session_properties(std::chrono::seconds session) {
  Properties properties;
  extend(properties, [&](mosquitto_property** list) {
    return mosquitto_property_add_int32(
        list, MQTT_PROP_SESSION_EXPIRY_INTERVAL, static_cast<std::uint32_t>(session.count()));
  });
  return properties;
}

Properties subscription_properties(std::uint64_t id) {
  Properties properties;
  extend(properties, [&](mosquitto_property** list) {
    return mosquitto_property_add_varint(
        list, MQTT_PROP_SUBSCRIPTION_IDENTIFIER, static_cast<std::uint32_t>(id));
  });
  return properties;
}

Properties publish_properties(const common::OutgoingMessage& message) {
  Properties properties;
  extend(properties, [&](mosquitto_property** list) {
    return mosquitto_property_add_string(
        list, MQTT_PROP_CONTENT_TYPE, std::string(message.content_type).c_str());
  });
  for (const auto& [name, value] : message.headers) add_user(properties, std::string(name), value);
  add_user(properties, message_id_property, message.message_id);
  return properties;
}

void copy_properties(const mosquitto_property* properties, common::Message& message) {
  std::uint32_t subscription = 0;
  if (mosquitto_property_read_varint(
          properties, MQTT_PROP_SUBSCRIPTION_IDENTIFIER, &subscription, false) != nullptr)
    message.subscription = subscription;
  bool skips_first = false;
  for (const mosquitto_property* at = properties; at != nullptr; skips_first = true) {
    char* name = nullptr;
    char* value = nullptr;
    at = mosquitto_property_read_string_pair(
        at, MQTT_PROP_USER_PROPERTY, &name, &value, skips_first);
    const Text owned_name(name);
    const Text owned_value(value);
    if (at == nullptr || name == nullptr || value == nullptr) continue;
    if (!protocol::is_utf8(name) || !protocol::is_utf8(value)) continue;
    if (std::string_view(name) == message_id_property) message.message_id = value;
    message.headers.emplace_back(name, value);
  }
}

}  // namespace weir::adapters::mqtt
