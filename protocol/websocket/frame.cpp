#include "protocol/websocket/frame.hpp"

#include <cstring>

namespace weir::protocol::websocket {

void apply_mask(MutableByteView bytes, MaskKey key, std::uint64_t offset) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> rotated{};
  for (std::size_t i = 0; i < rotated.size(); ++i) rotated[i] = key[(offset + i) % key.size()];
  std::uint64_t wide_key = 0;
  std::memcpy(&wide_key, rotated.data(), sizeof wide_key);

  // Eight bytes at a time: a byte loop costs more than the rest of decoding a large frame.
  for (; bytes.size() >= sizeof wide_key; bytes = bytes.subspan(sizeof wide_key)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    word ^= wide_key;
    std::memcpy(bytes.data(), &word, sizeof word);
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= rotated[i];
}

}  // namespace weir::protocol::websocket
