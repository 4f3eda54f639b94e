#pragma once

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/amqp/delivery.hpp"
#include "adapters/common/json_fields.hpp"
#include "protocol/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <weir/weir_adapter.h>

namespace weir::adapters::amqp {

/// One message as the gateway wants it, and what its publication refers to.
struct MappedEntry {
  weir_publication publication{};
  std::string topic;
  std::string key;
  std::string operation;
  common::JsonFields fields;
};

/// Turns messages into entries by the templates of the configuration.
class Mapping {
public:
  /// `config` outlives it.
  explicit Mapping(const AmqpConfig& config);

  /// Shape:  `out` refers to the delivery; both stay where they are until it was published.
  /// Errors: bad_request, bad_topic, too_big - why the message can be no entry.
  protocol::Result<void> map(const Delivery& delivery, MappedEntry& out) const;

private:
  protocol::Result<void> expand_all(const Delivery& delivery, MappedEntry& out) const;
  [[nodiscard]] protocol::Result<weir_operation> operation_of(const MappedEntry& entry) const;

  const AmqpConfig& config_;
  bool uses_body_;
};

/// What a client published, for the broker. `message_id` where the client gave none.
/// Errors: bad_request - the routing key cannot be made of it.
[[nodiscard]] protocol::Result<OutgoingMessage> to_outgoing(const weir_publication& publication,
                                                            const AmqpConfig& config,
                                                            const std::string& message_id);

}  // namespace weir::adapters::amqp
