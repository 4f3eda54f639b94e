#pragma once

#include "tests/bench/load/descriptor.hpp"

#include <cstdint>
#include <string>

namespace weir::tests::bench {

/// Where to, and from where.
struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string network_namespace{};  ///< path of the one to connect from; empty: our own
  int receive_buffer_bytes = 0;     ///< SO_RCVBUF; 0: as the system has it
  bool is_tls = false;
};

/// Begins to connect: non-blocking, TCP_NODELAY.
/// Errors: throws what connect says, other than that it takes time.
[[nodiscard]] Descriptor connect_to(const Endpoint& endpoint);

/// Lets this process open as many files as it may.
void raise_file_limit();

}  // namespace weir::tests::bench
