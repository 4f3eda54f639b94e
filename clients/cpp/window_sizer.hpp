#pragma once

#include "clients/cpp/time.hpp"

#include <cstdint>
#include <optional>

namespace weir::clients::cpp {

/// Sizes the window of one connection so that about half a second of what the application handles
/// is on its way.
///
/// It asks the gateway something now and then while data flows. The answer overtakes what waits in
/// the gateway, and nothing else: in the link, in proxies and in this process it stands behind the
/// deliveries that were sent before it. So the time until it is there, and all that came before it
/// is handled, is how long data waits outside the gateway. All bytes count from the beginning of
/// the connection.
class WindowSizer {
public:
  static constexpr std::uint64_t bytes_min = 4096;  ///< below, it would wait for acknowledgements
  static constexpr std::uint64_t bytes_max = std::uint64_t{4} * 1024 * 1024;
  /// Little enough for a slow application, and doubled within a round trip for a quick one.
  static constexpr std::uint64_t bytes_start = 16'384;

  /// A connection that begins by asking for this window.
  explicit WindowSizer(std::uint64_t window_bytes = bytes_start)
      : in_force_(window_bytes), asked_for_(window_bytes) {}

  /// The window in force; 0: the gateway has none, so there is nothing to size.
  void set_window(std::uint64_t window_bytes) { in_force_ = window_bytes; }
  /// Some answer took so long.
  void on_round_trip(Duration round_trip);

  /// Whether it is time to ask.
  [[nodiscard]] bool is_due(TimePoint now, std::uint64_t handled_bytes) const;
  /// A question is being sent.
  void on_ask(TimePoint now, std::uint64_t handled_bytes);
  /// Its answer has come, behind so many bytes of deliveries.
  void on_answer(TimePoint now, std::uint64_t received_bytes);
  /// The window to ask for now, once; none when it can stay.
  [[nodiscard]] std::optional<std::uint64_t> take_wish(TimePoint now, std::uint64_t handled_bytes);

private:
  using Milliseconds = std::chrono::duration<double, std::milli>;

  struct Measurement {
    TimePoint asked_at;
    std::uint64_t handled_before = 0;
    std::optional<std::uint64_t> received_before;  ///< none until the answer has come
  };

  [[nodiscard]] std::uint64_t wish_after(Milliseconds took, std::uint64_t handled_bytes) const;

  std::uint64_t in_force_;
  std::uint64_t asked_for_;
  std::optional<Measurement> current_;
  /// The quickest answer yet: about what the way there and back takes when nothing waits.
  std::optional<Duration> way_;
  std::optional<TimePoint> rest_until_;
  std::uint64_t handled_at_last_ = 0;
};

}  // namespace weir::clients::cpp
