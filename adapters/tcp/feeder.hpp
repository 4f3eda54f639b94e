#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::tcp {

/// A secret as we keep it: what it is cannot be read from it.
using SecretDigest = std::array<std::uint8_t, 32>;

/// Source: FIPS 180-4, SHA-256.
[[nodiscard]] SecretDigest digest_of(std::string_view secret);

/// Who may feed, and what.
struct Feeder {
  std::string name;  ///< for logs
  SecretDigest secret{};
  std::vector<std::string> publish;  ///< filters; empty: any topic

  [[nodiscard]] bool may_publish(std::string_view topic) const;
};

/// Whose secret this is; nullptr: nobody's. How long it takes tells nothing about the secrets.
[[nodiscard]] const Feeder* find_feeder(std::span<const Feeder> feeders, std::string_view secret);

}  // namespace weir::adapters::tcp
