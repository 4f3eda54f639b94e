#include "tests/unit/protocol/native/allocation_counter.hpp"

#include <cstdlib>
#include <new>

namespace {

bool is_counting = false;
std::size_t counted_bytes = 0;

}  // namespace

void* operator new(std::size_t bytes) {
  if (is_counting) counted_bytes += bytes;
  if (void* memory = std::malloc(bytes); memory != nullptr) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}

namespace weir::tests {

AllocationCounter::AllocationCounter() {
  counted_bytes = 0;
  is_counting = true;
}

AllocationCounter::~AllocationCounter() {
  is_counting = false;
}

std::size_t AllocationCounter::bytes() const {
  return counted_bytes;
}

}  // namespace weir::tests
