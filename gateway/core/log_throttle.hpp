#pragma once

#include "gateway/core/log.hpp"
#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway {

/// Lines of one area and event that were left out, to be told in their place.
struct SuppressedLines {
  std::string area;
  std::string event;
  std::uint64_t count = 0;
};

/// Lets each event of the log through at most `lines_per_s` times a second, so that a peer that
/// causes one cannot bury the others. Owned by the sink; time is an argument.
class LogThrottle {
public:
  struct Options {
    std::uint32_t lines_per_s = 10;
    std::size_t events_max = 1024;  ///< more kinds than this share one allowance
  };

  explicit LogThrottle(const Options& options) : options_(options) {}

  /// Whether the line may be written. If not, it is counted.
  [[nodiscard]] bool admit(std::string_view area, std::string_view event, TimePoint now);
  /// What was suppressed in seconds that are over; each is told once.
  [[nodiscard]] std::vector<SuppressedLines> take_suppressed(TimePoint now);
  /// What was suppressed until now, the second that runs included.
  [[nodiscard]] std::vector<SuppressedLines> take_all_suppressed();
  /// Whether there is anything that was not told yet.
  [[nodiscard]] bool has_suppressed() const;

private:
  using EventName = std::pair<std::string, std::string>;
  struct Window {
    TimePoint began_at{};
    std::uint32_t admitted = 0;
    std::uint64_t suppressed = 0;
  };

  Window& window_of(std::string_view area, std::string_view event);

  Options options_;
  std::map<EventName, Window> windows_;
};

}  // namespace weir::gateway
