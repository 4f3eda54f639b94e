#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/source.hpp"

#include <cstdint>
#include <optional>

namespace weir::tests::bench {

/// One MQTT control packet; views into the stream that it came from.
struct MqttPacket {
  std::uint8_t first_byte = 0;  ///< type and flags
  std::string_view body{};
};

/// Takes the next whole packet off the front of a stream.
/// Shape: nullopt: there is none yet. An error of the length is an empty packet of type 0.
/// Source: MQTT 3.1.1, 2.2.
[[nodiscard]] std::optional<MqttPacket> take_mqtt_packet(std::string_view& stream);

/// Appends a packet. Source: MQTT 3.1.1, 2.2.
void append_mqtt_packet(std::string& out, std::uint8_t first_byte, std::string_view body);

/// MQTT 3.1.1 over WebSocket, one subscription with QoS 0, no keep alive.
/// Source: MQTT 3.1.1, 3 and 6.
class MqttDialect final : public Dialect {
public:
  explicit MqttDialect(std::string topic) : topic_(std::move(topic)) {}

  [[nodiscard]] Upgrade upgrade() const override;
  void on_open(Conversation& conversation) override;
  /// Packets may be cut and joined by messages as it pleases the server.
  void on_message(std::string_view message, Conversation& conversation) override;

private:
  void on_packet(const MqttPacket& packet, Conversation& conversation);

  std::string topic_;
  std::string unread_;
};

/// MQTT 3.1.1 over TCP, QoS 0.
class MqttSource final : public Source {
public:
  void begin(std::string& out) override;
  void append(std::string& out, std::string_view topic, std::string_view data) override;
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  std::string unread_;
};

}  // namespace weir::tests::bench
