#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::tests::chaos {

using Clock = std::chrono::steady_clock;

/// What a bad network does to the bytes of one direction.
struct Faults {
  std::size_t split_bytes = 0;    ///< of one write at most; 0: any number
  Clock::duration delay{};        ///< of every byte
  Clock::duration jitter{};       ///< more delay, up to this; the order stays
  std::uint64_t bytes_per_s = 0;  ///< 0: any rate
  bool is_held = false;           ///< nothing moves, not even an end, until it is no more
};

/// What a bad network does to all connections, those to come included.
struct Network {
  Faults up;               ///< from clients to the gateway
  Faults down;             ///< from the gateway to clients
  bool is_frozen = false;  ///< both directions are held, and nobody is let in
  bool refuses = false;    ///< whoever comes is reset

  /// Shape:  "split BYTES", "delay MS", "jitter MS", "rate BYTES_PER_S": of both directions, 0 as
  ///         in Faults; "blackhole up", "blackhole down", "blackhole off"; "freeze", "thaw";
  ///         "refuse on", "refuse off".
  /// Errors: false - it is none of these.
  [[nodiscard]] bool apply(std::string_view command);

private:
  [[nodiscard]] bool apply_word(std::string_view command);
};

}  // namespace weir::tests::chaos
