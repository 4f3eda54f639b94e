#include "protocol/native/json_codec.hpp"

#include "protocol/native/json_command_reader.hpp"
#include "protocol/native/json_event_writer.hpp"

namespace weir::protocol::native {
namespace {

class JsonCodec final : public Codec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return "weir.v1.json"; }
  [[nodiscard]] MessageType message_type() const override { return MessageType::text; }

  [[nodiscard]] Result<Command, CommandError> decode(std::string_view message) const override {
    return read_command(message);
  }

  void encode(const Event& event, std::string& out) const override { write_event(event, out); }
};

}  // namespace

const Codec& json_codec() {
  static const JsonCodec codec;
  return codec;
}

}  // namespace weir::protocol::native
