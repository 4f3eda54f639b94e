#include "tests/bench/load/stopwatch.hpp"

#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"

#include <unistd.h>

namespace weir::tests::bench {

Stopwatch::Stopwatch(pid_t server, std::uint64_t published)
    : server_(server),
      published_(published),
      server_cpu_us_(cpu_us(server)),
      load_cpu_us_(cpu_us(::getpid())),
      begin_ns_(now_ns()) {
}

Usage Stopwatch::stop(std::uint64_t published) const {
  return {.seconds = static_cast<double>(now_ns() - begin_ns_) / 1e9,
          .published = published - published_,
          .server_cpu_us = cpu_us(server_) - server_cpu_us_,
          .load_cpu_us = cpu_us(::getpid()) - load_cpu_us_};
}

}  // namespace weir::tests::bench
