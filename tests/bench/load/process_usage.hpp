#pragma once

#include <cstdint>
#include <sys/types.h>

namespace weir::tests::bench {

/// User and system time of a process and its children, with all their threads, in us; as fine as a
/// clock tick (10 ms).
/// Errors: throws when the process is not there.
[[nodiscard]] std::uint64_t cpu_us(pid_t process);

/// Proportional set size of a process and its children in bytes.
/// Errors: throws when the process is not there.
[[nodiscard]] std::uint64_t pss_bytes(pid_t process);

/// The most resident memory that a process and its children have had, each by itself, in bytes;
/// what they share counts for each. Errors: throws when the process is not there.
[[nodiscard]] std::uint64_t rss_peak_bytes(pid_t process);

}  // namespace weir::tests::bench
