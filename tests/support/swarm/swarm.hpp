#pragma once

#include "clients/cpp/url.hpp"
#include "tests/support/swarm/swarm_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace weir::tests::swarm {

struct SwarmOptions {
  std::size_t clients = 0;
  std::size_t topics = 0;               ///< client i follows swarm/<i mod topics>
  std::vector<clients::cpp::Url> urls;  ///< client i begins with the i-th, modulo their number
};

/// Many clients in one thread, and what their oracles have found together.
class Swarm {
public:
  explicit Swarm(SwarmOptions options);

  /// Until standard input ends; prints a report several times a second.
  void run();

private:
  void wait_for_input();
  void next_tick();
  void tick();
  /// One line of JSON.
  [[nodiscard]] std::string report() const;

  SwarmOptions options_;
  boost::asio::io_context context_{1};
  std::vector<std::unique_ptr<SwarmClient>> clients_;
  boost::asio::steady_timer timer_;
  boost::asio::posix::stream_descriptor input_;
  std::array<char, 64> unread_{};
  std::size_t started_ = 0;
  std::size_t ticks_ = 0;
};

}  // namespace weir::tests::swarm
