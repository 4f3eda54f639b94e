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
  while (group.tally.at_head < group.followed()) {
    if (feeder.is_held_up()) {
      ++figures.held_up;
      feeder.flush();
    }
    const std::int64_t now = now_ns();
    if (now > limit) {
      throw std::runtime_error("message " + std::to_string(group.tally.head) + " reached " +
                               std::to_string(group.tally.at_head) + " of " +
                               std::to_string(group.followed()) + " cursors in 10 s");
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
    feeder.push_to_all(options.window);
    group.tally.expect(feeder.last_sequence());
    feeder.flush();
    wait_for_all(fleet, group, feeder, figures);
    progress.tell(now, group.tally);
  }
}

}  // namespace

Feeder feeder_of(const Options& options) {
  return {options.feed_port,
          make_source(options.preset, options.filling == Filling::fields),
          Feed{.topics = topics_of(options),
               .data_bytes = options.data_bytes,
               .filling = options.filling}};
}

void measure_window(const Options& options, Fleet& fleet, Group& group, Figures& figures) {
  Feeder feeder = feeder_of(options);
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.warm_up_seconds), figures);
  figures.held_up = 0;
  group.tally.restart();
  const Stopwatch watch(options.server, feeder.published());
  take_turns(options, fleet, group, feeder, now_ns() + to_ns(options.seconds), figures);
  figures.usage = watch.stop(feeder.published());
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
  const Stopwatch watch(options.server, feeder.published());
  figures.held_up = publish(options.seconds);
  figures.usage = watch.stop(feeder.published());
  figures.pss_end = pss_bytes(options.server);
  const Tally measured = group.tally;
  while (!feeder.is_at_first_topic()) feeder.push();
  feeder.push_to_all(1);  // so that there is a last one to wait for
  group.tally.expect(feeder.last_sequence());
  feeder.flush();
  wait_for_all(fleet, group, feeder, figures);
  group.tally.end_measured(measured);
}

void measure_idle(const Options& options, Fleet& fleet, Figures& figures) {
  const Stopwatch watch(options.server, 0);
  const std::int64_t until = now_ns() + to_ns(options.seconds);
  while (now_ns() < until) fleet.poll(until);
  figures.usage = watch.stop(0);
  figures.pss_end = pss_bytes(options.server);
}

}  // namespace weir::tests::bench
