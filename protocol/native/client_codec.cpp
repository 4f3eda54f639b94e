#include "protocol/native/client_codec.hpp"

#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/command_writer.hpp"
#include "protocol/native/json_codec.hpp"

namespace weir::protocol::native {
namespace {

class JsonClientCodec final : public ClientCodec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return json_codec().subprotocol(); }
  [[nodiscard]] MessageType message_type() const override { return json_codec().message_type(); }
  void write(const Command& command, std::string& out) const override {
    write_command(command, JsonSink(out));
  }
  [[nodiscard]] Result<ServerMessage> read(std::string_view message) const override {
    return read_server_message(message);
  }
};

class CborClientCodec final : public ClientCodec {
public:
  [[nodiscard]] std::string_view subprotocol() const override { return cbor_codec().subprotocol(); }
  [[nodiscard]] MessageType message_type() const override { return cbor_codec().message_type(); }
  void write(const Command& command, std::string& out) const override {
    write_command(command, CborSink(out));
  }
  [[nodiscard]] Result<ServerMessage> read(std::string_view message) const override {
    return read_cbor_server_message(message);
  }
};

}  // namespace

const ClientCodec& json_client_codec() {
  static const JsonClientCodec codec;
  return codec;
}

const ClientCodec& cbor_client_codec() {
  static const CborClientCodec codec;
  return codec;
}

}  // namespace weir::protocol::native
