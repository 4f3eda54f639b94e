#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace weir::tests {

/// The seed of a randomized test: WEIR_SEED from the environment, or `fallback`. The test prints it
/// with CAPTURE, so that a failure can be run again.
inline std::uint64_t seed_or(std::uint64_t fallback) {
  const char* given = std::getenv("WEIR_SEED");
  return given == nullptr ? fallback : std::strtoull(given, nullptr, 10);
}

/// Repeatable random values: unlike those of <random>, the same with every standard library.
class Random {
public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// 0 to end - 1.
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  /// True once in `n` times.
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(engine_()); }

  std::string bytes(std::size_t count) {
    return from(count, [this] { return static_cast<char>(byte()); });
  }
  /// Characters of `alphabet`.
  std::string text(std::size_t count, std::string_view alphabet) {
    return from(count, [&] { return alphabet[below(alphabet.size())]; });
  }

private:
  template <class Next>
  static std::string from(std::size_t count, Next next) {
    std::string out;
    out.reserve(count);
    while (out.size() < count) out.push_back(next());
    return out;
  }

  std::mt19937_64 engine_;
};

}  // namespace weir::tests
