#pragma once

#include "protocol/core/command.hpp"
#include "protocol/core/message_type.hpp"
#include "protocol/core/result.hpp"
#include "protocol/native/json_client.hpp"

#include <string>
#include <string_view>

namespace weir::protocol::native {

/// The client's side of one subprotocol: what Codec is on the gateway's. Stateless; thread-safe by
/// being const.
class ClientCodec {
public:
  virtual ~ClientCodec() = default;

  [[nodiscard]] virtual std::string_view subprotocol() const = 0;
  /// What messages are, in both directions.
  [[nodiscard]] virtual MessageType message_type() const = 0;
  /// Appends one whole message to `out`.
  virtual void write(const Command& command, std::string& out) const = 0;
  /// Reads one whole message. Errors: see read_server_message.
  [[nodiscard]] virtual Result<ServerMessage> read(std::string_view message) const = 0;

protected:
  ClientCodec() = default;
  ClientCodec(const ClientCodec&) = default;
  ClientCodec& operator=(const ClientCodec&) = default;
};

/// Of "weir.v1.json". One object for all; lives until the process ends.
[[nodiscard]] const ClientCodec& json_client_codec();
/// Of "weir.v1.cbor". One object for all; lives until the process ends.
[[nodiscard]] const ClientCodec& cbor_client_codec();

}  // namespace weir::protocol::native
