#pragma once

#include "gateway/net/byte_stream.hpp"
#include "gateway/net/tls_context.hpp"

#include <memory>

namespace weir::gateway::net {

/// Takes the descriptor of a connected, non-blocking TCP socket, whose peer begins a TLS handshake:
/// it is done by the first reads. Until then nothing can be written. OpenSSL works on the socket by
/// itself, and keeps no buffers while there is nothing to read or write.
/// Errors: nullptr - no memory is left; the descriptor is closed.
[[nodiscard]] std::unique_ptr<ByteStream> make_tls_stream(int descriptor,
                                                          const TlsContext& context);
/// The same for a socket of which something has been read before TLS.
[[nodiscard]] std::unique_ptr<ByteStream> make_tls_stream(std::unique_ptr<ByteStream> socket,
                                                          const TlsContext& context);

}  // namespace weir::gateway::net
