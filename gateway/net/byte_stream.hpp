#pragma once

#include "gateway/core/peer_certificate.hpp"
#include "protocol/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::gateway::net {

/// What became of a read or a write.
struct IoResult {
  enum class Status : std::uint8_t {
    more,     ///< it may go on at once
    blocked,  ///< no more bytes for now, perhaps after some: wait for the socket
    ended,    ///< the peer sends no more
    broken,   ///< the connection is gone
  };
  Status status = Status::blocked;
  std::size_t bytes = 0;
};

/// The bytes of a connection, plain or through TLS. Never blocks. Owned by the connection;
/// closes its descriptor when it is destroyed.
class ByteStream {
public:
  static constexpr std::size_t pieces_max = 256;  ///< of one write

  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  [[nodiscard]] virtual IoResult read(protocol::MutableByteView into) = 0;
  /// At most `pieces_max` pieces, in order.
  [[nodiscard]] virtual IoResult write(std::span<const std::string_view> pieces) = 0;
  /// Tells the peer that nothing more will be sent.
  virtual void shut_down() = 0;
  /// Makes the end a reset: the peer learns of it at once, and the kernel drops what is unsent.
  virtual void reset() = 0;
  /// To be watched for readiness.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// A read has to be tried again when the socket can be written to: a TLS handshake has something
  /// to say.
  [[nodiscard]] virtual bool reads_when_writable() const { return false; }
  /// Why TLS has ended the connection; nullptr: it has not.
  [[nodiscard]] virtual const char* tls_fault() const { return nullptr; }
  /// After the handshake; none: the peer has shown none, or need not.
  [[nodiscard]] virtual std::optional<PeerCertificate> peer_certificate() const {
    return std::nullopt;
  }
};

/// What the kernel holds for the peer of a TCP socket, sent or not, and the peer has not
/// acknowledged; 0 where it does not say.
[[nodiscard]] std::size_t unacknowledged_bytes(int descriptor);

/// Looks at the first bytes that wait at a TCP socket, and leaves them there.
[[nodiscard]] IoResult peek(int descriptor, protocol::MutableByteView into);

/// Takes the descriptor of a connected, non-blocking TCP socket.
[[nodiscard]] std::unique_ptr<ByteStream> make_tcp_stream(int descriptor);

}  // namespace weir::gateway::net
