#pragma once

#include "adapters/common/wake_up.hpp"
#include "gateway/core/time.hpp"
#include "gateway/metrics/histogram.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;  // NOLINT(*-identifier-naming): Asio's; its headers stay in .cpp files
}

namespace weir::gateway::app {

/// One thread that runs one io_context, until it is stopped. Measures how late it comes to what was
/// due. Owned by a shard or the admin server; both must be alive while it runs.
class EventLoop {
public:
  struct Handlers {
    std::function<void()> on_wake;      ///< after a signal
    std::function<void()> on_deadline;  ///< at the time that was set last
  };

  EventLoop(adapters::common::WakeUp& wake_up, Handlers handlers);
  /// Stops.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  [[nodiscard]] boost::asio::io_context& io();
  void start();
  /// Waits until the handler that runs has returned; none runs afterwards. Idempotent.
  void stop();

  // The loop's thread
  /// When `on_deadline` is to be called, once; none: not at all.
  void set_deadline(std::optional<TimePoint> deadline);
  /// In seconds.
  [[nodiscard]] const metrics::Histogram& lag() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::gateway::app
