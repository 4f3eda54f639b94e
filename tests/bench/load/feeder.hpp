#pragma once

#include "tests/bench/dialect/source.hpp"
#include "tests/bench/load/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// The source of the data: one connection to where the server takes them.
class Feeder {
public:
  /// `data_bytes`: of what `push` makes.
  Feeder(std::uint16_t port, std::unique_ptr<Source> source, std::size_t data_bytes);

  /// Queues the next message, stamped with the time of now, and gives its sequence.
  std::uint64_t push();
  /// Queues data that the caller has made.
  void push(std::string_view data) { source_->append(pending_, data); }
  /// Sends what the socket takes. Throws when the server has complained or gone.
  void flush();
  /// Whether data wait that the server has not taken.
  [[nodiscard]] bool is_held_up() const { return !pending_.empty(); }
  /// Of the newest message; 0 before the first.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }

private:
  void check_answers();

  Descriptor socket_;
  std::unique_ptr<Source> source_;
  std::size_t data_bytes_;
  std::string data_;
  std::string pending_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace weir::tests::bench
