#pragma once

#include "tests/bench/load/descriptor.hpp"

#include <cstdint>

namespace weir::tests::bench {

/// Begins to connect to a port of 127.0.0.1: non-blocking, TCP_NODELAY.
/// Shape:  `receive_buffer_bytes` is SO_RCVBUF, 0: as the system has it.
/// Errors: throws what connect says, other than that it takes time.
[[nodiscard]] Descriptor connect_loopback(std::uint16_t port, int receive_buffer_bytes);

/// Lets this process open as many files as it may.
void raise_file_limit();

}  // namespace weir::tests::bench
