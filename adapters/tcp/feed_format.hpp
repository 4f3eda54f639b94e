#pragma once

#include <cstdint>

namespace weir::adapters::tcp {

/// How a feed is written: lines of JSON, or frames of CBOR (four bytes of length before each).
enum class FeedFormat : std::uint8_t { json, cbor };

}  // namespace weir::adapters::tcp
