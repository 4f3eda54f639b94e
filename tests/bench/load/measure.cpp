#include "tests/bench/load/measure.hpp"

#include "tests/bench/load/pace.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"

#include <stdexcept>
#include <string>

namespace weir::tests::bench {

namespace {

constexpr std::int64_t wait_ns_max = 10 * second_ns;

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

Feeder feeder_of(const Options& options) {
  return {options.feed_port, make_source(options.preset, options.topic), options.data_bytes};
}

}  // namespace

void measure_window(const Options& options, Fleet& fleet, Group& group, Figures& figures) {
  Feeder feeder = feeder_of(options);
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.warm_up_seconds), figures);
  figures.held_up = 0;
  group.tally.restart();
  const Stopwatch watch(options.server, feeder.last_sequence());
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.seconds), figures);
  figures.usage = watch.stop(feeder.last_sequence());
  figures.pss_end = pss_bytes(options.server);
}

void measure_rate(const Options& options, Fleet& fleet, Group& group, Figures& figures) {
  Feeder feeder = feeder_of(options);
  Progress progress;
  const auto publish = [&](double seconds) {
    return keep_rate(
        options.rate_per_s,
        fleet,
        feeder,
        now_ns() + to_ns(seconds),
        [&feeder] { feeder.push(); },
        [&](std::int64_t now) { progress.tell(now, group.tally); });
  };
  publish(options.warm_up_seconds);
  group.tally.restart();
  const Stopwatch watch(options.server, feeder.last_sequence());
  figures.held_up = publish(options.seconds);
  // one more, so that there is a last one to wait for
  group.tally.expect(feeder.push());
  feeder.flush();
  wait_for_all(fleet, group, feeder, figures);
  figures.usage = watch.stop(feeder.last_sequence());
  figures.pss_end = pss_bytes(options.server);
}

void measure_idle(const Options& options, Fleet& fleet, Figures& figures) {
  const Stopwatch watch(options.server, 0);
  const std::int64_t until = now_ns() + to_ns(options.seconds);
  while (now_ns() < until) fleet.poll(until);
  figures.usage = watch.stop(0);
  figures.pss_end = pss_bytes(options.server);
}

}  // namespace weir::tests::bench
