#pragma once

#include "tests/bench/load/channel.hpp"
#include "tests/bench/load/descriptor.hpp"
#include "tests/bench/load/sockets.hpp"
#include "tests/bench/load/subscriber.hpp"
#include "tests/bench/load/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::tests::bench {

/// How a group reads once its subscriptions are confirmed.
enum class Reading : std::uint8_t { at_once, slowly };

/// How the members of a group differ in what they ask for.
struct Spread {
  std::vector<std::string> topics{};  ///< the whole feed; empty: all ask for the same one
  std::size_t topics_each = 1;        ///< of those, from another one on for each in turn
  bool is_wildcard = false;           ///< all of them by one pattern, the subscription's topic
  std::vector<double> max_rates{};    ///< in turn; empty: as the subscription says
};

/// Subscribers that ask for the same and are counted together.
struct Group {
  std::string name{};
  Endpoint endpoint{};
  Subscription subscription{};
  Spread spread{};
  std::function<std::unique_ptr<Dialect>(const Subscription&)> make_dialect = bench::make_dialect;
  Reading reading = Reading::at_once;
  std::size_t bytes_per_s = 0;  ///< each, when reading slowly; 0: not at all
  bool comes_back = false;      ///< some seconds after the server has ended a connection
  Tally tally{};
  std::size_t opened = 0;
  std::size_t live = 0;  ///< whose subscription is confirmed

  /// What the next one asks for.
  [[nodiscard]] Subscription subscription_of(std::size_t index) const;
  /// Of which topics that is.
  [[nodiscard]] TopicSlice slice_of(std::size_t index) const;
  /// Topics of all that are live together.
  [[nodiscard]] std::uint64_t followed() const { return live * slice_of(0).count; }
};

/// All connections of the load generator, one thread, one epoll set.
class Fleet {
public:
  Fleet();

  /// Adds connections to a group, which must outlive this, and waits until all are live.
  /// Errors: throws when one is refused, or when not all are live in time.
  void connect(Group& group, std::size_t count);

  /// Waits for input until `until` (CLOCK_MONOTONIC ns) at the latest, and takes what has come.
  void poll(std::int64_t until);

private:
  struct Client {
    Channel channel;
    Group& group;
    Subscriber subscriber;
    bool is_watched_for_output = true;
    std::int64_t next_read_ns = 0;  ///< when reading slowly
    bool is_live = false;
    bool is_slow = false;  ///< reads by the clock, so epoll does not watch it
  };
  struct Return {
    Group& group;
    std::int64_t at_ns = 0;
  };

  void open(Group& group);
  void on_ready(Client& client, std::uint32_t events);
  void read(Client& client, std::size_t bytes_max);
  void take(Client& client, ssize_t received);
  void flush(Client& client);
  void watch(Client& client, int operation, std::uint32_t events);
  void end(Client& client);
  void begin_to_read_slowly(Client& client);
  void read_slow_ones(std::int64_t now);
  void tick(std::int64_t now);
  void reopen(std::int64_t now);

  TlsClient tls_;
  Descriptor epoll_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> slow_;
  std::deque<Return> returns_;  ///< the next one first
  std::int64_t next_tick_ns_ = 0;
};

}  // namespace weir::tests::bench
