#pragma once

#include "tests/bench/load/descriptor.hpp"
#include "tests/bench/load/subscriber.hpp"
#include "tests/bench/load/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weir::tests::bench {

/// How a group reads once its subscriptions are confirmed.
enum class Reading : std::uint8_t { at_once, slowly };

/// Subscribers that ask for the same and are counted together.
struct Group {
  Subscription subscription{};
  Reading reading = Reading::at_once;
  std::size_t bytes_per_s = 0;   ///< each, when reading slowly; 0: not at all
  int receive_buffer_bytes = 0;  ///< SO_RCVBUF; 0: as the system has it
  Tally tally{};
  std::size_t live = 0;  ///< whose subscription is confirmed
};

/// All connections of the load generator, one thread, one epoll set.
class Fleet {
public:
  explicit Fleet(std::uint16_t port);

  /// Adds connections to a group, which must outlive this, and waits until all are live.
  /// Errors: throws when one is refused, or when not all are live in time.
  void connect(Group& group, std::size_t count);

  /// Waits for input until `until` (CLOCK_MONOTONIC ns) at the latest, and takes what has come.
  void poll(std::int64_t until);

private:
  struct Client {
    Descriptor socket;
    Group& group;
    Subscriber subscriber;
    bool is_watched_for_output = true;
    std::int64_t next_read_ns = 0;  ///< when reading slowly
  };

  void open(Group& group);
  void on_ready(Client& client, std::uint32_t events);
  void read(Client& client, std::size_t bytes_max);
  void flush(Client& client);
  void watch(Client& client, int operation, std::uint32_t events);
  void end(Client& client);
  void read_slow_ones(std::int64_t now);

  std::uint16_t port_;
  Descriptor epoll_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> slow_;
};

}  // namespace weir::tests::bench
