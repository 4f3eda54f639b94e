#pragma once

#include "adapters/common/message.hpp"
#include "adapters/nats/nats_config.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <memory>
#include <string>

// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier): theirs
struct __natsConnection;
struct __natsMsg;
struct __natsOptions;
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)

// What libnats has, turned into ours and back.
namespace weir::adapters::nats {

struct DestroyOptions {
  void operator()(__natsOptions* options) const;
};
using Options = std::unique_ptr<__natsOptions, DestroyOptions>;

struct DestroyMessage {
  void operator()(__natsMsg* message) const;
};
using NatsMessage = std::unique_ptr<__natsMsg, DestroyMessage>;

/// The header that is the message id, as JetStream has it.
constexpr const char* message_id_header = "Nats-Msg-Id";

/// How to connect to one server; callbacks are not among it.
/// Errors: one sentence.
[[nodiscard]] protocol::Result<Options, std::string> make_options(const NatsConfig& config,
                                                                  const common::BrokerUrl& broker,
                                                                  const std::string& name);

/// Subject, headers, message id and body, which is left out above `body_bytes_max`.
[[nodiscard]] common::Message to_message(__natsMsg& message, std::uint64_t body_bytes_max);

/// Errors: one sentence.
[[nodiscard]] protocol::Result<NatsMessage, std::string> to_nats(
    const common::OutgoingMessage& message);

/// One sentence about a natsStatus.
[[nodiscard]] std::string text_of_status(int status);
/// What went wrong with the connection last; else about the status.
[[nodiscard]] std::string last_error(__natsConnection* connection, int status);

}  // namespace weir::adapters::nats
