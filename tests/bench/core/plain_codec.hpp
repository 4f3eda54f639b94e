#pragma once

#include "protocol/core/codec.hpp"

#include <string>
#include <string_view>

namespace weir::tests::bench {

/// As little codec as a session can live with: every message subscribes to the filter that it is,
/// with `all`, and only deliveries have content. So that the core is measured and not JSON.
class PlainCodec final : public protocol::Codec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return "plain"; }
  [[nodiscard]] protocol::MessageType message_type() const override {
    return protocol::MessageType::text;
  }
  [[nodiscard]] protocol::Result<protocol::Command, protocol::CommandError> decode(
      std::string_view message) const override {
    protocol::SubscribeCommand command;
    command.id = 1;
    command.filter = message;
    command.options.delivery = protocol::Delivery::all;
    return protocol::Command(std::move(command));
  }
  void encode(const protocol::Event& event, std::string& out) const override {
    const auto* delivery = std::get_if<protocol::DeliveryEvent>(&event);
    if (delivery == nullptr || delivery->data == nullptr) return;
    out += R"({"t":)" + std::to_string(delivery->number) + R"(,"o":)" +
           std::to_string(delivery->offset) + R"(,"d":)" + delivery->data->bytes + "}";
  }
};

}  // namespace weir::tests::bench
