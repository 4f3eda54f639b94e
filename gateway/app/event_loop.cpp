#include "gateway/app/event_loop.hpp"

#include "gateway/metrics/metrics_snapshot.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <thread>
#include <utility>

namespace weir::gateway::app {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr Duration lag_interval = std::chrono::milliseconds(100);

}  // namespace

class EventLoop::Implementation {
public:
  Implementation(adapters::common::WakeUp& wake_up, Handlers handlers)
      : handlers_(std::move(handlers)),
        wake_up_(wake_up),
        watched_(io_, wake_up.descriptor()),
        deadline_timer_(io_),
        lag_timer_(io_) {
    await_signal();
    measure_lag(std::chrono::steady_clock::now());
  }

  ~Implementation() {
    stop();
    watched_.release();  // the descriptor is the wake-up's
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  asio::io_context& io() { return io_; }
  [[nodiscard]] const metrics::Histogram& lag() const { return lag_; }

  void start() {
    thread_ = std::thread([this] {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the thread that waits for them
      io_.run();
    });
  }

  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void set_deadline(std::optional<TimePoint> deadline) {
    if (deadline == deadline_) return;
    deadline_ = deadline;
    deadline_timer_.cancel();
    if (!deadline) return;
    deadline_timer_.expires_at(*deadline);
    deadline_timer_.async_wait([this](const error_code& error) {
      if (error) return;
      deadline_.reset();
      handlers_.on_deadline();
    });
  }

private:
  void await_signal() {
    watched_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
      if (error) return;
      wake_up_.acknowledge();
      handlers_.on_wake();
      await_signal();
    });
  }

  void measure_lag(TimePoint due) {
    lag_timer_.expires_at(due);
    lag_timer_.async_wait([this, due](const error_code& error) {
      if (error) return;
      const auto now = std::chrono::steady_clock::now();
      lag_.observe(std::chrono::duration<double>(now - due).count());
      measure_lag(now + lag_interval);
    });
  }

  Handlers handlers_;
  adapters::common::WakeUp& wake_up_;
  asio::io_context io_{1};
  asio::posix::stream_descriptor watched_;
  asio::steady_timer deadline_timer_;
  asio::steady_timer lag_timer_;
  std::optional<TimePoint> deadline_;
  metrics::Histogram lag_{metrics::loop_lag_bounds_s};
  std::thread thread_;
};

EventLoop::EventLoop(adapters::common::WakeUp& wake_up, Handlers handlers)
    : implementation_(std::make_unique<Implementation>(wake_up, std::move(handlers))) {
}

EventLoop::~EventLoop() = default;

asio::io_context& EventLoop::io() {
  return implementation_->io();
}

void EventLoop::start() {
  implementation_->start();
}

void EventLoop::stop() {
  implementation_->stop();
}

void EventLoop::set_deadline(std::optional<TimePoint> deadline) {
  implementation_->set_deadline(deadline);
}

const metrics::Histogram& EventLoop::lag() const {
  return implementation_->lag();
}

}  // namespace weir::gateway::app
