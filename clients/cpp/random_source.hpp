#pragma once

#include <cstdint>
#include <functional>

namespace weir::clients::cpp {

/// Sixty-four random bits a call. Masks and handshake keys need unpredictable ones (RFC 6455, 5.3).
using RandomSource = std::function<std::uint64_t()>;

}  // namespace weir::clients::cpp
