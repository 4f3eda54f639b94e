#pragma once

#include "tests/bench/load/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::tests::bench {

/// The source of the data: one connection to the server's TCP feed.
class Feeder {
public:
  Feeder(std::uint16_t port, std::string topic, std::size_t data_bytes);

  /// Queues the next message, stamped with the time of now, and gives its sequence.
  std::uint64_t push();
  /// Sends what the socket takes. Throws when the server has answered (it only answers to complain)
  /// or has gone.
  void flush();
  /// Whether lines wait that the server has not taken.
  [[nodiscard]] bool is_held_up() const { return !pending_.empty(); }
  /// Of the newest message; 0 before the first.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }

private:
  void check_answers();

  Descriptor socket_;
  std::string topic_;
  std::size_t data_bytes_;
  std::string pending_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace weir::tests::bench
