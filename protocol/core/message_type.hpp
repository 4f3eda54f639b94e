#pragma once

#include <cstdint>

namespace weir::protocol {

enum class MessageType : std::uint8_t { text, binary };  ///< of a WebSocket message

}  // namespace weir::protocol
