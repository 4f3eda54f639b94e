#include "gateway/net/connection_settings.hpp"

namespace weir::gateway::net {

ConnectionSettings client_settings(const protocol::Limits& limits) {
  ConnectionSettings settings;
  settings.messages.message_bytes_max = limits.message_bytes;
  settings.messages.wire_bytes_max = limits.wire_bytes;
  settings.assembly = milliseconds(limits.assembly_ms);
  settings.write_progress = milliseconds(limits.write_progress_ms);
  settings.control_interval = std::chrono::nanoseconds(std::chrono::seconds(1)) /
                              static_cast<std::int64_t>(limits.control_frames_per_s);
  settings.control_burst = static_cast<std::uint32_t>(limits.control_frames_burst);
  settings.in_flight_bytes = limits.in_flight_bytes;
  return settings;
}

ConnectionSettings event_stream_settings(const protocol::Limits& limits) {
  auto settings = client_settings(limits);
  settings.carrier = Carrier::event_stream;
  return settings;
}

ConnectionSettings echo_settings(const protocol::Limits& limits, std::size_t message_bytes_max) {
  constexpr std::uint32_t fragments_max = 65'536;
  constexpr std::uint64_t wire_bytes_per_fragment = 1024;  // headers, and control frames between
  ConnectionSettings settings;
  settings.messages.message_bytes_max = message_bytes_max;
  settings.messages.fragments_max = fragments_max;
  settings.messages.wire_bytes_max =
      2 * std::uint64_t{message_bytes_max} + fragments_max * wire_bytes_per_fragment;
  settings.write_progress = milliseconds(limits.write_progress_ms);
  settings.in_flight_bytes = limits.in_flight_bytes;
  return settings;
}

}  // namespace weir::gateway::net
