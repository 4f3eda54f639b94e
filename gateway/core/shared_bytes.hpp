#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway {

/// Finished wire bytes that many writes of one shard refer to: immutable, counted, and never shared
/// between shards, so the count is a plain integer. One allocation holds the count and the bytes.
class SharedBytes {
public:
  SharedBytes() = default;
  explicit SharedBytes(std::string_view bytes);
  SharedBytes(const SharedBytes& other) : block_(other.block_) { retain(); }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(const SharedBytes& other) {
    if (this != &other) *this = SharedBytes(other);
    return *this;
  }
  SharedBytes& operator=(SharedBytes&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { release(); }

  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  explicit operator bool() const { return block_ != nullptr; }

private:
  struct Block {
    std::uint32_t references;
    std::uint32_t size;
  };
  void retain() {
    if (block_ != nullptr) ++block_->references;
  }
  void release();

  Block* block_ = nullptr;
};

/// Finished WebSocket frames, one or several, with what the limits count of them.
struct FrameBlock {
  SharedBytes bytes;
  std::uint32_t messages = 0;
  std::uint32_t payload_bytes = 0;  ///< of the messages, without frame headers
};

/// What one gather write is to send: whole frames, in order. A frame may span blocks, a block may
/// hold many frames.
struct WriteBatch {
  std::vector<SharedBytes> blocks;
  std::size_t bytes = 0;

  void add(SharedBytes block) {
    bytes += block.size();
    blocks.push_back(std::move(block));
  }
  void clear() {
    blocks.clear();
    bytes = 0;
  }
};

}  // namespace weir::gateway
