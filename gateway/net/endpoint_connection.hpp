#pragma once

#include "gateway/net/admission.hpp"
#include "gateway/net/byte_stream.hpp"
#include "gateway/net/connection_machine.hpp"
#include "gateway/net/handshake.hpp"
#include "gateway/net/reactor.hpp"
#include "gateway/net/services.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::gateway::net {

/// A connection with an endpoint behind it, which carries a WebSocket or an event stream: the shell
/// around a connection machine. Reads, writes and closes the socket as the machine says.
/// Owned by the reactor. Has no buffers of its own but for what the socket did not take.
class EndpointConnection final : public Peer, private ConnectionMachine::Host {
public:
  /// The endpoint comes later, by `machine().open`, because it needs the machine.
  EndpointConnection(Services& services, const Upgrade& upgrade);
  EndpointConnection(const EndpointConnection&) = delete;
  EndpointConnection& operator=(const EndpointConnection&) = delete;
  ~EndpointConnection() override;

  [[nodiscard]] ConnectionMachine& machine() { return machine_; }
  /// Takes over what the handshake leaves: its socket, bytes that came behind the request, and its
  /// place: none among the admitted connections, where it is only told why it is refused.
  void start(std::unique_ptr<ByteStream> stream, std::optional<PeerKey> place, std::string rest);

  // Peer
  void on_ready(Readiness readiness) override;
  void on_deadline() override;
  void on_input() override;
  void flush() override;
  void end(protocol::CloseReason reason) override;
  void abort() override;
  void on_closed() override;

private:
  /// A write of which the socket did not take all.
  struct Outgoing;

  void on_due() override;
  void on_deadline_moved() override;
  void read();
  void sample_link();
  /// False: the socket takes no more.
  [[nodiscard]] bool write(Outgoing& outgoing);
  [[nodiscard]] bool write_next();
  [[nodiscard]] std::uint64_t& open_count() const;
  void settle();
  void log_end() const;

  Services& services_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<Outgoing> outgoing_;
  ConnectionMachine machine_;
  std::optional<PeerKey> place_;  ///< none: it is one of those that are refused
  bool can_read_ = false;         ///< the socket may have bytes that nobody wanted yet
  bool has_ended_ = false;        ///< the end of the stream is among them
  bool is_flushing_ = false;
  bool is_shut_down_ = false;
};

}  // namespace weir::gateway::net
