#pragma once

#include "protocol/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace weir::adapters::common {

/// Whom to dial, for adapters whose library does the rest by itself on a thread of its own.
struct DialOptions {
  std::string host;  ///< a name or an address
  std::uint16_t port = 0;
  std::chrono::milliseconds timeout{5000};
  int interrupt = -1;  ///< a descriptor: dialling ends as soon as it is readable
};

/// Opens a TCP connection, trying all addresses of a name within the timeout.
/// Shape:  the descriptor does not block and belongs to the caller.
/// Errors: one sentence. The system's resolver cannot be interrupted.
protocol::Result<int, std::string> blocking_dial(const DialOptions& options);

}  // namespace weir::adapters::common
