#pragma once

#include "adapters/common/message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

struct mqtt5__property;  // NOLINT(readability-identifier-naming, bugprone-reserved-identifier):
                         // theirs

// The properties of MQTT 5, as libmosquitto has them.
namespace weir::adapters::mqtt {

struct FreeProperties {
  void operator()(mqtt5__property* properties) const;
};
using Properties = std::unique_ptr<mqtt5__property, FreeProperties>;

/// The name of the user property that is the message id: MQTT has none of its own.
constexpr const char* message_id_property = "message_id";

/// Of CONNECT: how long the broker keeps the session. Errors: std::bad_alloc.
[[nodiscard]] Properties session_properties(std::chrono::seconds session);
/// Of SUBSCRIBE: its messages will have this number.
[[nodiscard]] Properties subscription_properties(std::uint64_t id);
/// Of PUBLISH.
[[nodiscard]] Properties publish_properties(const common::OutgoingMessage& message);

/// User properties, the message id and which subscription it was.
void copy_properties(const mqtt5__property* properties, common::Message& message);

}  // namespace weir::adapters::mqtt
