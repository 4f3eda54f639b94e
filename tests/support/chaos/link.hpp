#pragma once

#include "tests/support/chaos/descriptor.hpp"
#include "tests/support/chaos/pipe.hpp"

#include <cstdint>
#include <optional>

namespace weir::tests::chaos {

/// One of the two ends of a link: a socket that is not blocking, and what is known of it. Events
/// are edges, so what was learnt holds until the kernel says EAGAIN.
struct LinkEnd {
  explicit LinkEnd(Descriptor own) : socket(std::move(own)) {}

  Descriptor socket;
  bool is_readable = false;
  bool is_writable = false;
  bool is_shut = false;    ///< nothing more is sent to it
  bool is_broken = false;  ///< it was reset, though what it had sent before may still be read
};

/// A connection of a client through the network to a gateway: two sockets and a pipe each way.
/// Owned by the proxy, which tells it what its sockets can do and calls `move`.
class Link {
public:
  /// `network` and `random` outlive it. The gateway's socket may still be connecting.
  Link(Descriptor client, Descriptor gateway, const Network& network, Random& random);

  [[nodiscard]] LinkEnd& client() { return client_; }
  [[nodiscard]] LinkEnd& gateway() { return gateway_; }

  /// Carries what can be carried now; with a split one write each way, so that who reads sees it.
  void move(Clock::time_point now);
  /// When `move` makes sense again, without an event; none: not at all.
  [[nodiscard]] std::optional<Clock::time_point> move_at(Clock::time_point now) const;
  /// The gateway sees the end of what the client has sent, which knows nothing of it.
  void half_close() { up_.end(StreamEnd::closed); }
  /// Both sides see a reset, at once.
  void reset();
  [[nodiscard]] bool is_over() const { return client_.is_shut && gateway_.is_shut; }

private:
  static void read(LinkEnd& from, Pipe& pipe, Clock::time_point now);
  void write(Pipe& pipe, LinkEnd& to, Clock::time_point now);
  void pass_end(const Pipe& pipe, LinkEnd& to);

  const Network* network_;
  LinkEnd client_;
  LinkEnd gateway_;
  Pipe up_;    ///< to the gateway
  Pipe down_;  ///< to the client
};

}  // namespace weir::tests::chaos
