// The load generator of tests/bench. See README.md beside it for what its figures mean.
#include "tests/bench/load/measure.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/report.hpp"
#include "tests/bench/load/sockets.hpp"
#include "tests/bench/load/stamp.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace weir::tests::bench;

/// Opens all connections, and measures what that costs.
void connect(const Options& options, Fleet& fleet, Group& fast, Group& slow, Figures& figures) {
  figures.pss_empty = pss_bytes(options.server);
  const std::uint64_t cpu_before = cpu_us(options.server);
  const std::int64_t begin = now_ns();
  fleet.connect(fast, options.subscribers / 4);
  figures.pss_part = pss_bytes(options.server);
  fleet.connect(fast, options.subscribers - options.subscribers / 4);
  fleet.connect(slow, options.slow);
  figures.connect_seconds = static_cast<double>(now_ns() - begin) / 1e9;
  figures.connect_cpu_us = cpu_us(options.server) - cpu_before;
  figures.pss_idle = pss_bytes(options.server);
}

int run(const Options& options) {
  raise_file_limit();
  const std::string host = "127.0.0.1:" + std::to_string(options.client_port);
  Group fast{.subscription = {host, options.topic, options.delivery}};
  Group slow{.subscription = {host, options.topic, options.slow_delivery},
             .reading = Reading::slowly,
             .bytes_per_s = options.slow_bytes_per_s,
             .receive_buffer_bytes = options.slow_receive_buffer_bytes};
  Fleet fleet(options.client_port);
  Figures figures;
  connect(options, fleet, fast, slow, figures);
  switch (options.mode) {
    case Mode::window:
      measure_window(options, fleet, fast, figures);
      break;
    case Mode::rate:
      measure_rate(options, fleet, fast, slow, figures);
      break;
    case Mode::idle:
      measure_idle(options, fleet, figures);
      break;
  }
  std::printf("%s\n", report(options, figures, fast, slow).c_str());
  return is_sound(options, fast, slow) ? 0 : 1;
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
