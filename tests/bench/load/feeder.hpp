#pragma once

#include "tests/bench/dialect/source.hpp"
#include "tests/bench/load/descriptor.hpp"
#include "tests/bench/load/stamp.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::bench {

/// What a feeder publishes.
struct Feed {
  std::vector<std::string> topics{""};  ///< in turn
  std::size_t data_bytes = 0;
  Filling filling = Filling::pad;
};

/// The source of the data: one connection to where the server takes them.
class Feeder {
public:
  Feeder(std::uint16_t port, std::unique_ptr<Source> source, Feed feed);

  /// Queues the next message, stamped with the time of now, to the next topic.
  void push();
  /// Queues as many for each topic.
  void push_to_all(std::size_t count);
  /// Queues data that the caller has made.
  void push(std::string_view data) { source_->append(pending_, feed_.topics.front(), data); }
  /// Sends what the socket takes. Throws when the server has complained or gone.
  void flush();
  /// Whether data wait that the server has not taken.
  [[nodiscard]] bool is_held_up() const { return !pending_.empty(); }
  /// Messages that `push` has made.
  [[nodiscard]] std::uint64_t published() const { return published_; }
  /// Of the newest message of the topic that is next; where all have as many, of each.
  [[nodiscard]] std::uint64_t last_sequence() const { return published_ / feed_.topics.size(); }
  /// Whether the next message is for the first topic again.
  [[nodiscard]] bool is_at_first_topic() const { return published_ % feed_.topics.size() == 0; }

private:
  void check_answers();

  Descriptor socket_;
  std::unique_ptr<Source> source_;
  Feed feed_;
  std::string data_;
  std::string pending_;
  std::uint64_t published_ = 0;
};

}  // namespace weir::tests::bench
