#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace weir::tests::bench {

enum class Mode : std::uint8_t {
  window,  ///< so many messages at once, the next when all subscribers have them
  rate,    ///< so many messages a second
  idle,    ///< connections and nothing else
};

/// One run of the load generator.
struct Options {
  std::uint16_t client_port = 0;
  std::uint16_t feed_port = 0;
  pid_t server = 0;  ///< whose CPU and memory are measured
  Mode mode = Mode::window;
  std::size_t subscribers = 1000;
  std::string delivery = "all";
  std::string topic = "bench/a";
  std::size_t data_bytes = 128;
  std::size_t window = 1;
  double rate_per_s = 100;
  double seconds = 5;          ///< that are measured
  double warm_up_seconds = 1;  ///< before those

  std::size_t slow = 0;  ///< subscribers besides, that read slowly
  std::string slow_delivery = "all";
  std::size_t slow_bytes_per_s = 0;   ///< 0: they do not read at all
  int slow_receive_buffer_bytes = 0;  ///< SO_RCVBUF; 0: as the system has it
};

/// Reads the command line; ends the process after --help and after a mistake.
[[nodiscard]] Options parse_options(int argc, char** argv);

}  // namespace weir::tests::bench
