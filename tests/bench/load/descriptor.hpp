#pragma once

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace weir::tests::bench {

/// A file descriptor that is closed with its owner.
class Descriptor {
public:
  Descriptor() = default;
  /// Takes what a system call returned. Throws its errno when that is -1.
  Descriptor(int descriptor, const char* call) : descriptor_(descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::system_category(), call);
  }
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  [[nodiscard]] int get() const { return descriptor_; }

private:
  int descriptor_ = -1;
};

/// Throws errno, with the name of the call, when a system call returned -1.
inline void check_call(int result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::system_category(), call);
}

}  // namespace weir::tests::bench
