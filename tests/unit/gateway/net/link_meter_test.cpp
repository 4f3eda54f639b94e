#include "gateway/net/link_meter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>

namespace weir::gateway::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

/// A client that always has something to be sent, behind a link of a given speed.
class Link {
public:
  Link(double speed, std::size_t frame_bytes) : bytes_per_s(speed), frame_bytes_(frame_bytes) {}

  void pass(Duration duration) {
    for (const auto end = now_ + duration; now_ < end; now_ += 1ms) {
      const auto drained = std::min(queued_, bytes_per_s / 1000);
      acknowledged += drained;
      queued_ -= drained;
      if (meter_.wants_sample(now_)) meter_.on_sample(static_cast<std::size_t>(queued_), now_);
      while (meter_.room(now_) > 0) {
        if (meter_.room(now_) == unbounded && queued_ > 20'000) break;  // the kernel takes no more
        queued_ += static_cast<double>(frame_bytes_);
        meter_.on_taken(frame_bytes_);
      }
      queued_max = std::max(queued_max, queued_);
      if (meter_.room(now_) == 0) {
        CHECK(meter_.opens_at(now_) > now_);
        CHECK(meter_.opens_at(now_) <= now_ + LinkMeter::sample_interval);
      }
    }
  }
  [[nodiscard]] bool is_done() const { return meter_.is_done(); }

  double bytes_per_s;
  double acknowledged = 0;
  double queued_max = 0;

private:
  std::size_t frame_bytes_;
  TimePoint now_{1000h};
  double queued_ = 20'000;
  LinkMeter meter_{20'000, now_};
};

}  // namespace

TEST_CASE("half a second of the link is on its way, or one frame, and the link is never idle") {
  for (const double bytes_per_s : {1000.0, 8000.0, 100'000.0, 5e6}) {
    for (const std::size_t frame_bytes : {100U, 2000U, 20'000U}) {
      CAPTURE(bytes_per_s);
      CAPTURE(frame_bytes);
      Link link(bytes_per_s, frame_bytes);
      link.pass(30s);
      link.queued_max = 0;
      link.acknowledged = 0;
      link.pass(20s);
      const auto frame = static_cast<double>(frame_bytes);
      // The rate is measured a byte and a millisecond at a time.
      CHECK(link.queued_max <= 1.1 * std::max(bytes_per_s / 2, bytes_per_s / 4 + frame));
      CHECK(link.acknowledged >= 0.98 * 20 * bytes_per_s);
    }
  }
}

TEST_CASE("a link that becomes faster or slower is followed within two seconds") {
  Link link(8000, 2000);
  link.pass(10s);
  link.bytes_per_s = 100'000;
  link.pass(2s);
  link.acknowledged = 0;
  link.pass(2s);
  CHECK(link.acknowledged >= 0.95 * 2 * 100'000);
  link.bytes_per_s = 8000;
  link.pass(8s);  // what was on its way has to go first
  link.queued_max = 0;
  link.pass(10s);
  CHECK(link.queued_max <= 1.1 * 4000);
}

TEST_CASE("while nobody knows the rate there is no bound") {
  const TimePoint start{1000h};
  LinkMeter meter(20'000, start);
  CHECK(meter.room(start) == unbounded);
  CHECK_FALSE(meter.wants_sample(start + 249ms));
  CHECK(meter.wants_sample(start + 250ms));
  meter.on_taken(5000);
  meter.on_sample(4000, start + 250ms);  // more went than was there: it may have been idle
  CHECK(meter.room(start + 250ms) == unbounded);
  CHECK_FALSE(meter.is_done());
}

TEST_CASE("a link that took everything twice needs no meter") {
  const TimePoint start{1000h};
  LinkMeter meter(20'000, start);
  meter.on_sample(20'000, start + 250ms);  // a reader that stood still
  CHECK(meter.room(start + 250ms) == 0);
  CHECK(meter.opens_at(start + 250ms) == start + 500ms);
  meter.on_sample(0, start + 500ms);
  CHECK(meter.room(start + 500ms) > 0);
  CHECK_FALSE(meter.is_done());
  meter.on_sample(10, start + 750ms);
  meter.on_sample(0, start + 1000ms);
  CHECK_FALSE(meter.is_done());
  meter.on_sample(0, start + 1250ms);
  CHECK(meter.is_done());
}

TEST_CASE("where nothing is on its way, something may go") {
  const TimePoint start{1000h};
  LinkMeter meter(1, start);
  meter.on_sample(1, start + 250ms);
  meter.on_sample(0, start + 500ms);
  CHECK(meter.room(start + 500ms) >= 1);
}

}  // namespace weir::gateway::net
