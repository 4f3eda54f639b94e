#pragma once

#include <cstdint>
#include <sys/types.h>

namespace weir::tests::bench {

/// User and system time of a process with all its threads, in us; as fine as a clock tick (10 ms).
/// Throws when the process is not there.
[[nodiscard]] std::uint64_t cpu_us(pid_t process);

/// Proportional set size of a process in bytes. Throws when the process is not there.
[[nodiscard]] std::uint64_t pss_bytes(pid_t process);

}  // namespace weir::tests::bench
