#pragma once

#include "tests/bench/load/feeder.hpp"
#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/stopwatch.hpp"

#include <cstdint>

namespace weir::tests::bench {

/// What one run has found, besides what the groups' tallies say.
struct Figures {
  Usage usage{};                     ///< of the measured part
  std::uint64_t held_up = 0;         ///< times that the server did not take the feed at once
  double connect_seconds = 0;        ///< until all subscriptions were confirmed
  std::uint64_t connect_cpu_us = 0;  ///< of the server, in them
  std::uint64_t pss_empty = 0;       ///< of the server before anybody came, bytes
  std::uint64_t pss_part = 0;        ///< with a quarter of the subscribers
  std::uint64_t pss_idle = 0;        ///< with all, before the first message
  std::uint64_t pss_end = 0;         ///< after the last
};

/// What is published to, as the options say.
[[nodiscard]] Feeder feeder_of(const Options& options);

/// So many messages to each topic at once, the next when every subscriber of `group` has the last
/// of them.
/// Errors: throws when the subscribers do not get it.
void measure_window(const Options& options, Fleet& fleet, Group& group, Figures& figures);

/// So many messages a second, whoever has them. Behind the measured part `group` is waited for, so
/// that a loss at its end is seen.
void measure_rate(const Options& options, Fleet& fleet, Group& group, Figures& figures);

/// Nothing but time: what connections cost that do nothing.
void measure_idle(const Options& options, Fleet& fleet, Figures& figures);

}  // namespace weir::tests::bench
