#pragma once

#include "tests/bench/dialect/preset.hpp"
#include "tests/bench/load/slow_reader.hpp"
#include "tests/bench/load/stamp.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace weir::tests::bench {

enum class Mode : std::uint8_t {
  window,  ///< so many messages to each topic at once, the next when all subscribers have them
  rate,    ///< so many messages a second
  idle,    ///< connections and nothing else
  phases,  ///< so many messages a second, and some slow subscribers that change their speed
};

/// One run of the load generator.
struct Options {
  std::uint16_t client_port = 0;
  std::uint16_t feed_port = 0;
  pid_t server = 0;  ///< whose CPU and memory are measured, with its children's
  Preset preset = Preset::weir;
  Mode mode = Mode::window;
  std::size_t subscribers = 1000;
  std::string delivery = "all";
  std::size_t topics = 1;           ///< that are published to, in turn: bench/0, bench/1, ...
  std::size_t topics_each = 1;      ///< that one subscriber asks for
  bool is_wildcard = false;         ///< every subscriber asks for all, by one pattern
  std::vector<double> max_rates{};  ///< of the subscribers, in turn
  bool is_tls = false;
  bool offers_deflate = false;
  Codec codec = Codec::json;
  Filling filling = Filling::pad;
  std::size_t data_bytes = 128;
  std::size_t window = 1;
  double rate_per_s = 100;
  double seconds = 5;          ///< that are measured
  double warm_up_seconds = 1;  ///< before those

  double alone_seconds = 2;        ///< phases: the fast ones without the slow ones
  std::vector<Phase> phases{};     ///< of the mode of that name
  std::vector<SlowReader> slow{};  ///< subscribers besides, in that mode
};

/// All that is published to.
[[nodiscard]] std::vector<std::string> topics_of(const Options& options);

/// Reads the command line; ends the process after --help and after a mistake.
[[nodiscard]] Options parse_options(int argc, char** argv);

}  // namespace weir::tests::bench
