#pragma once

#include "tests/bench/load/histogram.hpp"

#include <cstdint>
#include <vector>

namespace weir::tests::bench {

/// CLOCK_MONOTONIC, of one delivery.
struct Times {
  std::int64_t read_ns = 0;  ///< when we had all of it
  std::int64_t sent_ns = 0;  ///< when it was given to the server
};

/// What a group of subscribers has seen.
struct Tally {
  std::uint64_t deliveries = 0;
  std::uint64_t received_bytes = 0;  ///< WebSocket frames as they came
  std::uint64_t skipped = 0;         ///< entries that never came, by the holes in the sequence
  std::uint64_t disordered = 0;      ///< deliveries not newer than the one before: never allowed
  std::uint64_t gaps = 0;            ///< gaps that the server told
  std::uint64_t refusals = 0;        ///< replies that are not ok, and errors
  std::uint64_t closed = 0;          ///< connections that the server ended
  Histogram age_ns{};                ///< from the feeder's send to our read
  std::uint64_t last_age_ns = 0;     ///< of the delivery counted last
  std::uint64_t newest = 0;          ///< the greatest sequence that anybody has

  std::uint64_t head = 0;     ///< the newest sequence that was published
  std::uint64_t at_head = 0;  ///< subscribers that have it

  bool is_late = false;        ///< they come while the run goes on: nobody misses what was before
  bool keeps_times = false;    ///< of every delivery
  std::vector<Times> times{};  ///< where wanted, in the order in which they were read

  /// Begins to wait for `sequence`.
  void expect(std::uint64_t sequence) {
    head = sequence;
    at_head = 0;
  }

  /// Counts one delivery. `last_sequence`: of this subscriber, 0 before its first; moves on.
  /// Everything from 1 is expected, because all subscribers are there before the first is
  /// published, unless they are late.
  void count(std::uint64_t sequence, std::uint64_t& last_sequence, Times at) {
    ++deliveries;
    if (keeps_times) times.push_back(at);
    const std::int64_t age = at.read_ns - at.sent_ns;
    last_age_ns = age < 0 ? 0 : static_cast<std::uint64_t>(age);
    age_ns.record(last_age_ns);
    if (sequence <= last_sequence) {
      ++disordered;
      return;
    }
    if (last_sequence > 0 || !is_late) skipped += sequence - last_sequence - 1;
    last_sequence = sequence;
    if (sequence > newest) newest = sequence;
    if (sequence == head) ++at_head;
  }

  /// The measured part was over at `then`: what came later counts for losses and order only.
  void end_measured(const Tally& then) {
    deliveries = then.deliveries;
    received_bytes = then.received_bytes;
    age_ns = then.age_ns;
    last_age_ns = then.last_age_ns;
  }

  /// Forgets what was seen before the measured part; where the subscribers are stays.
  void restart() {
    const Tally before = *this;
    *this = Tally{};
    is_late = before.is_late;
    keeps_times = before.keeps_times;
    skipped = before.skipped;
    disordered = before.disordered;
    gaps = before.gaps;
    refusals = before.refusals;
    closed = before.closed;
    newest = before.newest;
    head = before.head;
    at_head = before.at_head;
  }
};

}  // namespace weir::tests::bench
