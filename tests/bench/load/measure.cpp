#include "tests/bench/load/measure.hpp"

#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace weir::tests::bench {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t wait_ns_max = 10 * second_ns;
constexpr std::int64_t flush_interval_ns = second_ns / 1000;

std::int64_t to_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e9);
}

/// Times and CPU between its construction and `stop`.
class Stopwatch {
public:
  Stopwatch(pid_t server, std::uint64_t published)
      : server_(server),
        published_(published),
        server_cpu_us_(cpu_us(server)),
        load_cpu_us_(cpu_us(::getpid())),
        begin_(now_ns()) {}

  void stop(Figures& figures, std::uint64_t published) const {
    figures.seconds = static_cast<double>(now_ns() - begin_) / 1e9;
    figures.server_cpu_us = cpu_us(server_) - server_cpu_us_;
    figures.load_cpu_us = cpu_us(::getpid()) - load_cpu_us_;
    figures.published = published - published_;
    figures.pss_end = pss_bytes(server_);
  }

private:
  pid_t server_;
  std::uint64_t published_;
  std::uint64_t server_cpu_us_;
  std::uint64_t load_cpu_us_;
  std::int64_t begin_;
};

/// Says once a second that the run goes on.
class Progress {
public:
  void tell(std::int64_t now, const Tally& tally) {
    if (now < next_) return;
    if (next_ != 0) {
      std::fprintf(stderr,
                   "    %.1f k deliveries/s\n",
                   static_cast<double>(tally.deliveries - std::min(told_, tally.deliveries)) / 1e3);
    }
    told_ = tally.deliveries;
    next_ = now + second_ns;
  }

private:
  std::int64_t next_ = 0;
  std::uint64_t told_ = 0;
};

/// Until every subscriber has the newest message.
void wait_for_all(Fleet& fleet, const Group& group, Feeder& feeder, Figures& figures) {
  const std::int64_t limit = now_ns() + wait_ns_max;
  while (group.tally.at_head < group.live) {
    if (feeder.is_held_up()) {
      ++figures.held_up;
      feeder.flush();
    }
    const std::int64_t now = now_ns();
    if (now > limit) {
      throw std::runtime_error("message " + std::to_string(group.tally.head) + " reached " +
                               std::to_string(group.tally.at_head) + " of " +
                               std::to_string(group.live) + " subscribers in 10 s");
    }
    fleet.poll(feeder.is_held_up() ? now + flush_interval_ns : limit);
  }
}

void take_turns(const Options& options,
                Fleet& fleet,
                Group& group,
                Feeder& feeder,
                std::int64_t until,
                Figures& figures) {
  Progress progress;
  for (std::int64_t now = now_ns(); now < until; now = now_ns()) {
    for (std::size_t count = 0; count < options.window; ++count) feeder.push();
    group.tally.expect(feeder.last_sequence());
    feeder.flush();
    wait_for_all(fleet, group, feeder, figures);
    progress.tell(now, group.tally);
  }
}

void keep_rate(const Options& options,
               Fleet& fleet,
               const Group& group,
               Feeder& feeder,
               std::int64_t until,
               Figures& figures) {
  Progress progress;
  const std::int64_t interval = to_ns(1 / options.rate_per_s);
  std::int64_t next = now_ns();
  for (std::int64_t now = next; now < until; now = now_ns()) {
    for (; next <= now; next += interval) feeder.push();
    feeder.flush();
    if (feeder.is_held_up()) ++figures.held_up;
    fleet.poll(feeder.is_held_up() ? std::min(next, now + flush_interval_ns) : next);
    progress.tell(now, group.tally);
  }
}

}  // namespace

void measure_window(const Options& options, Fleet& fleet, Group& group, Figures& figures) {
  Feeder feeder(options.feed_port, options.topic, options.data_bytes);
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.warm_up_seconds), figures);
  figures.held_up = 0;
  group.tally.restart();
  const Stopwatch watch(options.server, feeder.last_sequence());
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.seconds), figures);
  watch.stop(figures, feeder.last_sequence());
}

void measure_rate(
    const Options& options, Fleet& fleet, Group& group, Group& others, Figures& figures) {
  Feeder feeder(options.feed_port, options.topic, options.data_bytes);
  keep_rate(options, fleet, group, feeder, now_ns() + to_ns(options.warm_up_seconds), figures);
  figures.held_up = 0;
  group.tally.restart();
  others.tally.restart();
  const Stopwatch watch(options.server, feeder.last_sequence());
  keep_rate(options, fleet, group, feeder, now_ns() + to_ns(options.seconds), figures);
  // one more, so that there is a last one to wait for
  group.tally.expect(feeder.push());
  feeder.flush();
  wait_for_all(fleet, group, feeder, figures);
  watch.stop(figures, feeder.last_sequence());
}

void measure_idle(const Options& options, Fleet& fleet, Figures& figures) {
  const Stopwatch watch(options.server, 0);
  const std::int64_t until = now_ns() + to_ns(options.seconds);
  while (now_ns() < until) fleet.poll(until);
  watch.stop(figures, 0);
}

}  // namespace weir::tests::bench
