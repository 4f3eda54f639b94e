#include "tests/bench/load/phases.hpp"

#include "tests/bench/load/measure.hpp"
#include "tests/bench/load/pace.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <utility>

namespace weir::tests::bench {

namespace {

/// Remembers the most memory that the server has had.
class MemoryPeak {
public:
  explicit MemoryPeak(pid_t server) : server_(server), peak_(pss_bytes(server)) {}

  void look(std::int64_t now) {
    if (now < next_) return;
    next_ = now + second_ns;
    peak_ = std::max(peak_, pss_bytes(server_));
  }
  [[nodiscard]] std::uint64_t bytes() const { return peak_; }

private:
  pid_t server_;
  std::uint64_t peak_;
  std::int64_t next_ = 0;
};

void publish(
    const Options& options, Fleet& fleet, Feeder& feeder, double seconds, MemoryPeak& peak) {
  keep_rate(
      options.rate_per_s,
      fleet,
      feeder,
      now_ns() + to_ns(seconds),
      [&feeder] { feeder.push(); },
      [&peak](std::int64_t now) { peak.look(now); });
}

PhaseFigures measure_phase(const Options& options,
                           Fleet& fleet,
                           Group& fast,
                           std::deque<Group>& slow,
                           Feeder& feeder,
                           const Phase& phase) {
  fast.tally.restart();
  for (Group& group : slow) {
    group.bytes_per_s = phase.bytes_per_s;
    group.tally = Tally{.is_late = true, .keeps_times = true};
  }
  MemoryPeak peak(options.server);
  const std::int64_t begin_ns = now_ns();
  const Stopwatch watch(options.server, feeder.published());
  publish(options, fleet, feeder, phase.seconds, peak);
  PhaseFigures figures{.bytes_per_s = phase.bytes_per_s,
                       .begin_ns = begin_ns,
                       .usage = watch.stop(feeder.published()),
                       .pss_peak = peak.bytes(),
                       .fast = fast.tally};
  for (Group& group : slow) figures.slow.push_back({group.name, std::move(group.tally)});
  return figures;
}

}  // namespace

std::vector<PhaseFigures> measure_phases(const Options& options,
                                         Fleet& fleet,
                                         Group& fast,
                                         std::deque<Group>& slow) {
  Feeder feeder = feeder_of(options);
  MemoryPeak unused(options.server);
  publish(options, fleet, feeder, options.warm_up_seconds, unused);
  std::deque<Group> nobody;
  std::vector<PhaseFigures> all;
  all.push_back(
      measure_phase(options, fleet, fast, nobody, feeder, {.seconds = options.alone_seconds}));
  for (Group& group : slow) {
    group.bytes_per_s = options.phases.front().bytes_per_s;
    fleet.connect(group, 1);
  }
  for (const Phase& phase : options.phases) {
    all.push_back(measure_phase(options, fleet, fast, slow, feeder, phase));
  }
  return all;
}

}  // namespace weir::tests::bench
