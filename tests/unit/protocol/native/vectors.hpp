#pragma once

#include "protocol/core/command.hpp"
#include "protocol/core/event.hpp"
#include "protocol/native/json_client.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace weir::tests {

using Json = nlohmann::ordered_json;

/// A file of tests/vectors.
[[nodiscard]] Json load_vectors(std::string_view file);

/// What a command says, every option spelled out, as tests/vectors/commands.json has it.
[[nodiscard]] Json meaning_of(const protocol::Command& command);

/// A meaning with the JSON texts in it read: what a codec keeps that is not JSON itself.
[[nodiscard]] nlohmann::json normalized(const Json& means);

/// What a delivery refers to.
struct EventContent {
  protocol::Payload payload;
  protocol::StateChanges changes;
};

/// The event that tests/vectors/events.json describes. `payload` is what a delivery will point to.
[[nodiscard]] protocol::Event event_of(const Json& means, EventContent& content);

/// What a client reads from a message, as tests/vectors/events.json has it.
[[nodiscard]] Json meaning_of(const protocol::native::ServerMessage& message);

}  // namespace weir::tests
