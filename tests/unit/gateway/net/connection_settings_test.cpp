#include "gateway/net/connection_settings.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace weir::gateway::net {

using namespace std::chrono_literals;

TEST_CASE("clients get the limits of the configuration") {
  const auto settings = client_settings({.message_bytes = 1,
                                         .wire_bytes = 2,
                                         .assembly_ms = 3,
                                         .control_frames_per_s = 4,
                                         .control_frames_burst = 5,
                                         .write_progress_ms = 6,
                                         .in_flight_bytes = 8});
  CHECK(settings.messages.message_bytes_max == 1);
  CHECK(settings.messages.wire_bytes_max == 2);
  CHECK(settings.assembly == 3ms);
  CHECK(settings.control_interval == 250ms);
  CHECK(settings.control_burst == 5);
  CHECK(settings.write_progress == 6ms);
  CHECK(settings.in_flight_bytes == 8);
}

TEST_CASE("the echo has limits of its own, and none on rates") {
  const auto settings = echo_settings({.write_progress_ms = 6}, 16 << 20);
  CHECK(settings.messages.message_bytes_max == 16 << 20);
  CHECK(settings.messages.fragments_max == 65'536);
  // The largest message in the most fragments, with their largest headers, must fit.
  CHECK(settings.messages.wire_bytes_max > (16 << 20) + 65'536 * 14);
  CHECK(settings.write_progress == 6ms);
  CHECK(settings.assembly == 0ms);
  CHECK(settings.control_interval == 0ms);
}

}  // namespace weir::gateway::net
