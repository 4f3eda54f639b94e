#include "protocol/native/cbor_codec.hpp"

#include "protocol/native/cbor_checker.hpp"
#include "protocol/native/command_reader.hpp"
#include "protocol/native/event_writer.hpp"

namespace weir::protocol::native {
namespace {

class CborCodec final : public Codec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return "weir.v1.cbor"; }
  [[nodiscard]] MessageType message_type() const override { return MessageType::binary; }

  [[nodiscard]] Result<Command, CommandError> decode(std::string_view message) const override {
    std::string json;
    return read_command(check_cbor(message, JsonRules::of_request(), "data", json));
  }

  void encode(const Event& event, std::string& out) const override {
    write_event(event, CborSink(out));
  }
};

}  // namespace

const Codec& cbor_codec() {
  static const CborCodec codec;
  return codec;
}

}  // namespace weir::protocol::native
