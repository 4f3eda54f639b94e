#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::gateway::net {

/// What has become possible at a socket since it was last looked at.
struct Readiness {
  bool can_read = false;
  bool can_write = false;
  bool has_ended = false;  ///< the peer has ended its side, or the connection is broken
};

/// The sockets of one shard's connections, watched for changes (edge-triggered, so that no system
/// call is needed to watch on): who was told reads or writes until it cannot, or remembers that it
/// may. The set is itself a descriptor that is readable while there is something to tell.
class EpollSet {
public:
  /// Who is told.
  class Watched {
  public:
    virtual void on_ready(Readiness readiness) = 0;

  protected:
    ~Watched() = default;
  };

  /// Errors: std::system_error - no descriptor is left.
  EpollSet();
  EpollSet(const EpollSet&) = delete;
  EpollSet& operator=(const EpollSet&) = delete;
  ~EpollSet();

  /// Watches a socket until it is closed. False: the kernel has no memory for it.
  [[nodiscard]] bool add(int descriptor, Watched& watched);
  /// From now on another one is told, first of what is possible already.
  void hand_over(int descriptor, Watched& watched);
  /// Tells of what is there, without waiting; true: there may be more. Who is told may close its
  /// socket, but everyone who was watched at the beginning must live to the end of the call.
  bool dispatch();
  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  int descriptor_;
};

}  // namespace weir::gateway::net
