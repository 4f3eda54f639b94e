#pragma once

#include "adapters/common/tls_context.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace weir::adapters::common {

/// One connection's TLS without its socket: what came from the wire goes in, what must go there
/// comes out, and the texts of both sides lie between. Neither waits nor looks at a clock.
/// Shape: after each `read`, `write` and `end` there may be something to `take_out`. The handshake
///        is part of `read`; a client's first one begins it.
class TlsChannel {
public:
  /// `host`: whom a client has dialled, a name or an address.
  TlsChannel(const TlsContext& context, const std::string& host);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  void take_in(std::string_view wire);
  /// The next of what the peer says. 0: it needs more of the wire, or the peer has ended.
  /// Errors: why it is over, for a person. What is to take out then tells the peer.
  [[nodiscard]] protocol::Result<std::size_t, std::string> read(std::span<char> to);
  /// Only while `is_open`. Errors: as `read`.
  [[nodiscard]] protocol::Result<void, std::string> write(std::string_view text);
  /// Tells the peer that we say no more.
  void end();
  /// Appends what is for the wire.
  void take_out(std::string& wire);

  /// The handshake has succeeded.
  [[nodiscard]] bool is_open() const;
  /// The peer has said that it says no more; the wire ending without that is an accident.
  [[nodiscard]] bool has_ended() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::common
