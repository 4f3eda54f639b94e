#include "tests/bench/dialect/mqtt.hpp"

namespace weir::tests::bench {

namespace {

// Packet types with their fixed flags.
constexpr std::uint8_t connect = 0x10;
constexpr std::uint8_t connack = 0x20;
constexpr std::uint8_t publish = 0x30;
constexpr std::uint8_t subscribe = 0x82;
constexpr std::uint8_t suback = 0x90;

constexpr std::uint8_t type_bits = 0xF0;
constexpr std::uint8_t qos_bits = 0x06;
constexpr std::size_t length_bytes_max = 4;

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}

void append_text(std::string& out, std::string_view text) {
  append_u16(out, text.size());
  out += text;
}

/// A clean session without a name, so that the server makes one up.
std::string connect_packet() {
  std::string body;
  append_text(body, "MQTT");
  body += '\x04';       // 3.1.1
  body += '\x02';       // clean session
  append_u16(body, 0);  // no keep alive
  append_text(body, "");
  std::string packet;
  append_mqtt_packet(packet, connect, body);
  return packet;
}

bool is_accepted(const MqttPacket& packet) {
  return packet.body.size() == 2 && packet.body[1] == 0;
}

/// What a PUBLISH with QoS 0 carries.
std::optional<std::string_view> data_of(const MqttPacket& packet) {
  if ((packet.first_byte & qos_bits) != 0 || packet.body.size() < 2) return std::nullopt;
  const auto topic_bytes = (std::size_t{static_cast<std::uint8_t>(packet.body[0])} << 8U) +
                           static_cast<std::uint8_t>(packet.body[1]);
  if (packet.body.size() < 2 + topic_bytes) return std::nullopt;
  return packet.body.substr(2 + topic_bytes);
}

}  // namespace

std::optional<MqttPacket> take_mqtt_packet(std::string_view& stream) {
  std::size_t body_bytes = 0;
  for (std::size_t index = 1; index < stream.size(); ++index) {
    if (index > length_bytes_max) {
      stream = {};
      return MqttPacket{};
    }
    const auto digit = static_cast<std::uint8_t>(stream[index]);
    body_bytes |= std::size_t{digit & 0x7FU} << (7 * (index - 1));
    if ((digit & 0x80U) != 0) continue;
    if (stream.size() - index - 1 < body_bytes) return std::nullopt;
    const MqttPacket packet{.first_byte = static_cast<std::uint8_t>(stream[0]),
                            .body = stream.substr(index + 1, body_bytes)};
    stream.remove_prefix(index + 1 + body_bytes);
    return packet;
  }
  return std::nullopt;
}

void append_mqtt_packet(std::string& out, std::uint8_t first_byte, std::string_view body) {
  out += static_cast<char>(first_byte);
  std::size_t left = body.size();
  do {
    const std::size_t digit = left & 0x7FU;
    left >>= 7U;
    out += static_cast<char>(left > 0 ? digit | 0x80U : digit);
  } while (left > 0);
  out += body;
}

Upgrade MqttDialect::upgrade() const {
  return {.target = "/mqtt", .subprotocol = "mqtt", .opcode = protocol::websocket::Opcode::binary};
}

void MqttDialect::on_open(Conversation& conversation) {
  conversation.say(connect_packet());
}

void MqttDialect::on_message(std::string_view message, Conversation& conversation) {
  const bool is_joined = !unread_.empty();
  if (is_joined) unread_ += message;
  std::string_view stream = is_joined ? std::string_view(unread_) : message;
  while (const auto packet = take_mqtt_packet(stream)) on_packet(*packet, conversation);
  unread_ = std::string(stream);
}

void MqttDialect::on_packet(const MqttPacket& packet, Conversation& conversation) {
  switch (packet.first_byte & type_bits) {
    case connack: {
      if (!is_accepted(packet)) return conversation.on_refusal("MQTT: no CONNACK that accepts");
      std::string body;
      append_u16(body, 1);  // packet identifier
      append_text(body, topic_);
      body += '\0';  // QoS 0
      std::string request;
      append_mqtt_packet(request, subscribe, body);
      return conversation.say(request);
    }
    case suback:
      if (packet.body.size() != 3 || packet.body[2] != 0) {
        return conversation.on_refusal("MQTT: no SUBACK that accepts");
      }
      return conversation.on_live();
    case publish:
      if (const auto data = data_of(packet)) return conversation.on_delivery(*data);
      return conversation.on_refusal("MQTT: a bad PUBLISH");
    default:
      return conversation.on_refusal("MQTT: a packet that was not asked for");
  }
}

void MqttSource::begin(std::string& out) {
  out += connect_packet();
}

void MqttSource::append(std::string& out, std::string_view topic, std::string_view data) {
  std::string body;
  append_text(body, topic);
  body += data;
  append_mqtt_packet(out, publish, body);
}

std::optional<std::string> MqttSource::on_answer(std::string_view bytes, std::string& /*out*/) {
  unread_ += bytes;
  std::string_view stream = unread_;
  while (const auto packet = take_mqtt_packet(stream)) {
    if ((packet->first_byte & type_bits) != connack || !is_accepted(*packet)) {
      return "MQTT: not the CONNACK that accepts";
    }
  }
  unread_ = std::string(stream);
  return std::nullopt;
}

}  // namespace weir::tests::bench
