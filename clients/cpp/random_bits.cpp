#include "clients/cpp/random_bits.hpp"

#include <random>

namespace weir::clients::cpp {

std::uint64_t random_bits() {
  static std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace weir::clients::cpp
