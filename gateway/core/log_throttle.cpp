#include "gateway/core/log_throttle.hpp"

#include <algorithm>

namespace weir::gateway {
namespace {

constexpr Duration second = std::chrono::seconds(1);

}  // namespace

LogThrottle::Window& LogThrottle::window_of(std::string_view area, std::string_view event) {
  const EventName name{area, event};
  const auto found = windows_.find(name);
  if (found != windows_.end()) return found->second;
  if (windows_.size() >= options_.events_max) return windows_[{"log", "other_events"}];
  return windows_[name];
}

bool LogThrottle::admit(std::string_view area, std::string_view event, TimePoint now) {
  auto& window = window_of(area, event);
  if (now - window.began_at >= second) {
    window.began_at = now;
    window.admitted = 0;
  }
  if (window.admitted < options_.lines_per_s) {
    ++window.admitted;
    return true;
  }
  ++window.suppressed;
  return false;
}

std::vector<SuppressedLines> LogThrottle::take_suppressed(TimePoint now) {
  std::vector<SuppressedLines> out;
  for (auto& [name, window] : windows_) {
    if (window.suppressed == 0 || now - window.began_at < second) continue;
    out.push_back({name.first, name.second, std::exchange(window.suppressed, 0)});
  }
  return out;
}

std::vector<SuppressedLines> LogThrottle::take_all_suppressed() {
  return take_suppressed(TimePoint::max());
}

bool LogThrottle::has_suppressed() const {
  return std::ranges::any_of(windows_,
                             [](const auto& entry) { return entry.second.suppressed > 0; });
}

}  // namespace weir::gateway
