#pragma once

#include "tests/support/chaos/faults.hpp"
#include "tests/support/random.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace weir::tests::chaos {

/// How a stream ends.
enum class StreamEnd : std::uint8_t { closed, reset };

/// One direction of a connection: bytes go in, and come out when the network lets them. Pure: time
/// and randomness come in.
class Pipe {
public:
  /// Who has so much in here reads no more: a reader that stalls is felt at the other end.
  static constexpr std::size_t held_bytes_max = std::size_t{64} * 1024;

  /// Both outlive it; `faults` may change at any time.
  Pipe(const Faults& faults, Random& random) : faults_(&faults), random_(&random) {}

  void take(std::string_view bytes, Clock::time_point now);
  /// The end of the stream, behind all bytes; the first one counts, and no bytes come after it.
  void end(StreamEnd how);

  [[nodiscard]] bool wants_more() const { return !end_ && held_bytes_ < held_bytes_max; }
  /// What may be written now in one write, at most; empty: nothing. Lives until the next call of
  /// `sent`.
  [[nodiscard]] std::string_view ready(Clock::time_point now) const;
  /// So much of it was written.
  void sent(std::size_t bytes, Clock::time_point now);
  /// When `ready` will have something; none: not before more is taken, or the faults change.
  [[nodiscard]] std::optional<Clock::time_point> ready_at() const;
  /// The end that was taken, once everything before it was written.
  [[nodiscard]] std::optional<StreamEnd> end_behind_all() const;

private:
  struct Part {
    std::string bytes;
    Clock::time_point due;
  };

  const Faults* faults_;
  Random* random_;
  std::deque<Part> parts_;
  std::size_t offset_ = 0;  ///< into the first part
  std::size_t held_bytes_ = 0;
  Clock::time_point free_at_{};  ///< when the link has carried what was sent
  std::optional<StreamEnd> end_;
};

}  // namespace weir::tests::chaos
