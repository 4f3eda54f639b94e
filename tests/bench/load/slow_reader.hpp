#pragma once

#include "tests/bench/load/fleet.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// One subscriber besides the fast ones, whose data get old.
struct SlowReader {
  std::string name = "slow";
  std::string delivery = "latest";
  std::uint64_t window_bytes = 0;     ///< Weir's; 0: none
  Reading reading = Reading::slowly;  ///< at_once: its link is what is slow
  Endpoint endpoint{};                ///< without a port: where the fast ones go
};

/// How fast the slow ones read, and for how long.
struct Phase {
  std::size_t bytes_per_s = 0;
  double seconds = 0;
};

/// Reads `name=small,delivery=all,receive_buffer=8192,window=4096,reads=at_once`, and for another
/// way `address=198.18.0.1,port=8080,namespace=/run/netns/x`; all may be left out.
/// Errors: throws std::invalid_argument at a word that is none of these.
[[nodiscard]] SlowReader parse_slow_reader(std::string_view text);

/// Reads `BYTES_PER_S:SECONDS`.
/// Errors: throws std::invalid_argument.
[[nodiscard]] Phase parse_phase(std::string_view text);

}  // namespace weir::tests::bench
