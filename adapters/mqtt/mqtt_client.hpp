#pragma once

#include "adapters/common/broker_url.hpp"
#include "adapters/mqtt/mqtt_config.hpp"
#include "protocol/core/result.hpp"

#include <memory>
#include <string>

struct mosquitto;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::mqtt {

struct DestroyClient {
  void operator()(mosquitto* client) const;
};
/// A client of libmosquitto, and its socket.
using Client = std::unique_ptr<mosquitto, DestroyClient>;

/// One that knows all that the configuration says about a connection to this broker, and has not
/// connected yet. `context` is what its callbacks get.
/// Errors: one sentence.
[[nodiscard]] protocol::Result<Client, std::string> make_client(const MqttConfig& config,
                                                                const common::BrokerUrl& broker,
                                                                void* context);

/// One sentence about what a call has returned; right behind it.
[[nodiscard]] std::string text_of_status(int status);

}  // namespace weir::adapters::mqtt
