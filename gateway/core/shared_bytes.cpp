#include "gateway/core/shared_bytes.hpp"

#include <cassert>
#include <cstring>
#include <limits>
#include <new>

namespace weir::gateway {

SharedBytes::SharedBytes(std::string_view bytes) {
  assert(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
  auto* memory = ::operator new(sizeof(Block) + bytes.size());
  block_ = new (memory) Block{1, static_cast<std::uint32_t>(bytes.size())};
  std::memcpy(block_ + 1, bytes.data(), bytes.size());
}

std::string_view SharedBytes::view() const {
  if (block_ == nullptr) return {};
  const void* behind = block_ + 1;
  return {static_cast<const char*>(behind), block_->size};
}

void SharedBytes::release() {
  if (block_ == nullptr || --block_->references > 0) return;
  ::operator delete(block_);
  block_ = nullptr;
}

}  // namespace weir::gateway
