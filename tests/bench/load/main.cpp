// The load generator of tests/bench. See README.md beside it for what its figures mean.
#include "tests/bench/load/measure.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/phases.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/report.hpp"
#include "tests/bench/load/sockets.hpp"
#include "tests/bench/load/stamp.hpp"

#include <cstdio>
#include <deque>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace weir::tests::bench;

/// Opens all connections, and measures what that costs.
void connect(const Options& options, Fleet& fleet, Group& fast, Figures& figures) {
  figures.pss_empty = pss_bytes(options.server);
  const std::uint64_t cpu_before = cpu_us(options.server);
  const std::int64_t begin = now_ns();
  fleet.connect(fast, options.subscribers / 4);
  figures.pss_part = pss_bytes(options.server);
  fleet.connect(fast, options.subscribers - options.subscribers / 4);
  figures.connect_seconds = static_cast<double>(now_ns() - begin) / 1e9;
  figures.connect_cpu_us = cpu_us(options.server) - cpu_before;
  figures.pss_idle = pss_bytes(options.server);
}

Group fast_group(const Options& options) {
  Group group{.name = "fast", .endpoint = {.port = options.client_port}};
  group.subscription = {.preset = options.preset,
                        .host = "127.0.0.1:" + std::to_string(options.client_port),
                        .topic = options.is_wildcard ? "bench/+" : "bench/0",
                        .delivery = options.delivery,
                        .codec = options.codec,
                        .offers_deflate = options.offers_deflate};
  group.spread = {.topics = topics_of(options),
                  .topics_each = options.topics_each,
                  .is_wildcard = options.is_wildcard,
                  .max_rates = options.max_rates};
  group.endpoint.is_tls = options.is_tls;
  return group;
}

Group slow_group(const Options& options, const SlowReader& reader) {
  Group group{.name = reader.name, .endpoint = reader.endpoint, .reading = reader.reading};
  if (group.endpoint.port == 0) group.endpoint.port = options.client_port;
  group.comes_back = true;
  group.subscription = {.preset = options.preset,
                        .host = group.endpoint.address + ':' + std::to_string(group.endpoint.port),
                        .topic = "bench/0",
                        .delivery = reader.delivery,
                        .window_bytes = reader.window_bytes};
  return group;
}

bool run_phases(const Options& options, Fleet& fleet, Group& fast, Figures& figures) {
  std::deque<Group> slow;
  for (const SlowReader& reader : options.slow) slow.push_back(slow_group(options, reader));
  const std::vector<PhaseFigures> phases = measure_phases(options, fleet, fast, slow);
  figures.pss_end = pss_bytes(options.server);
  std::printf("%s\n", report(options, figures, phases, rss_peak_bytes(options.server)).c_str());
  return is_sound(options, phases);
}

int run(const Options& options) {
  raise_file_limit();
  Group fast = fast_group(options);
  Fleet fleet;
  Figures figures;
  connect(options, fleet, fast, figures);
  switch (options.mode) {
    case Mode::window:
      measure_window(options, fleet, fast, figures);
      break;
    case Mode::rate:
      measure_rate(options, fleet, fast, figures);
      break;
    case Mode::idle:
      measure_idle(options, fleet, figures);
      break;
    case Mode::phases:
      return run_phases(options, fleet, fast, figures) ? 0 : 1;
  }
  std::printf("%s\n", report(options, figures, fast).c_str());
  return is_sound(options, fast.tally) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_load: %s\n", error.what());
    return 2;
  }
}
