#pragma once

#include <cstdint>
#include <sys/types.h>

namespace weir::tests::bench {

/// What a measured part of a run took.
struct Usage {
  double seconds = 0;
  std::uint64_t published = 0;      ///< messages
  std::uint64_t server_cpu_us = 0;  ///< of all its processes
  std::uint64_t load_cpu_us = 0;    ///< of this process
};

/// Times and CPU between its construction and `stop`.
class Stopwatch {
public:
  /// `published`: messages before.
  Stopwatch(pid_t server, std::uint64_t published);

  /// `published`: messages until now.
  [[nodiscard]] Usage stop(std::uint64_t published) const;

private:
  pid_t server_;
  std::uint64_t published_;
  std::uint64_t server_cpu_us_;
  std::uint64_t load_cpu_us_;
  std::int64_t begin_ns_;
};

}  // namespace weir::tests::bench
