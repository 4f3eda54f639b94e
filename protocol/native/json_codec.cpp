#include "protocol/native/json_codec.hpp"

#include "protocol/native/command_reader.hpp"
#include "protocol/native/event_writer.hpp"
#include "protocol/native/json_checker.hpp"

namespace weir::protocol::native {
namespace {

class JsonCodec final : public Codec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return "weir.v1.json"; }
  [[nodiscard]] MessageType message_type() const override { return MessageType::text; }

  [[nodiscard]] Result<Command, CommandError> decode(std::string_view message) const override {
    return read_command(check_object(message, JsonRules::of_request()));
  }

  void encode(const Event& event, std::string& out) const override {
    write_event(event, JsonSink(out));
  }
};

}  // namespace

const Codec& json_codec() {
  static const JsonCodec codec;
  return codec;
}

}  // namespace weir::protocol::native
