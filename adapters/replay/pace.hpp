#pragma once

#include <chrono>
#include <cstdint>

namespace weir::adapters::replay {

using TimePoint = std::chrono::steady_clock::time_point;

/// When the lines of a recording are due. Recorded time does not go back, and waits that were not
/// kept are not made longer: who is late is given what is due at once.
class Pace {
public:
  /// `speed`: recorded time by real time; 0: everything is due at once.
  Pace(double speed, TimePoint begin) : speed_(speed), begin_(begin), last_(begin) {}

  /// Of the next line, which was recorded so long after the beginning.
  [[nodiscard]] TimePoint due(std::uint64_t at_ms);

private:
  double speed_;
  TimePoint begin_;
  TimePoint last_;
};

}  // namespace weir::adapters::replay
