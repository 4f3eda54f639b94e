#pragma once

#include "adapters/common/feed_line.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::tcp {

using TimePoint = std::chrono::steady_clock::time_point;

/// What clients have published and feeders have not answered yet. Every connected feeder got the
/// line: the first ack is the answer; nacks are, when all have refused; a feeder that goes or stays
/// silent leaves it unknown. One thread.
class UpstreamTable {
public:
  static constexpr std::size_t sends_max = 1024;

  [[nodiscard]] bool is_full() const { return sends_.size() >= sends_max; }
  /// The number of the next line to feeders, so that it can be written before `open`.
  [[nodiscard]] std::uint64_t next_id() const { return next_id_; }
  /// The line `next_id` is on its way to these feeders, at least one.
  void open(abi::PendingSend send, std::vector<std::uint32_t> connections, TimePoint deadline);

  /// False: nobody waits for that.
  bool on_reply(std::uint32_t connection, const common::FeedReply& reply);
  void on_gone(std::uint32_t connection);
  void expire(TimePoint now);
  void clear() { sends_.clear(); }
  [[nodiscard]] std::size_t size() const { return sends_.size(); }

private:
  struct Send {
    abi::PendingSend pending;
    std::vector<std::uint32_t> waiting;  ///< connections that have not answered
    std::optional<protocol::Error> refusal;
    bool has_lost = false;  ///< a feeder went away that may have it
    TimePoint deadline;
  };

  /// Ends it if nobody is left who could answer.
  static bool is_over(Send& send);

  std::map<std::uint64_t, Send> sends_;  ///< by line id, so in the order of their deadlines, too
  std::uint64_t next_id_ = 1;
};

}  // namespace weir::adapters::tcp
