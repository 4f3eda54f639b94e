#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::tests::swarm {

/// What went wrong, and what was told, summed over oracles.
struct Findings {
  std::uint64_t entries = 0;     ///< that came
  std::uint64_t lost = 0;        ///< neither came, nor lie in a gap that was told
  std::uint64_t duplicated = 0;  ///< came again
  std::uint64_t reordered = 0;   ///< came behind a later one
  std::uint64_t unreported = 0;  ///< holes that no gap, or too small a one, was told of
  std::uint64_t phantom = 0;     ///< came or were told to be lost, and never were
  std::uint64_t gaps = 0;        ///< that were told
  std::uint64_t in_gaps = 0;     ///< entries that those say are lost, where they say how many

  Findings& operator+=(const Findings& other);
  [[nodiscard]] bool are_clean() const {
    return lost + duplicated + reordered + unreported + phantom == 0;
  }
};

/// Watches what comes of one topic whose source publishes {"n":1}, {"n":2} ..., from the first on
/// and whatever becomes of connections: each once and in order, or inside a gap that was told
/// before the next. It trusts the source's numbers alone, not the offsets of a gateway.
class Oracle {
public:
  void on_entry(std::string_view json);
  /// `lost`: how many entries it says are lost; none: nobody knows, so any hole is explained.
  void on_gap(std::optional<std::uint64_t> lost);

  [[nodiscard]] const Findings& findings() const { return findings_; }
  /// The greatest number that came; 0: none.
  [[nodiscard]] std::uint64_t last() const { return last_; }

private:
  void on_later(std::uint64_t number);

  Findings findings_;
  std::uint64_t last_ = 0;
  std::optional<std::uint64_t> skipped_ = 0;  ///< by gaps since then; none: nobody knows how many
  std::vector<bool> seen_;                    ///< by number
};

}  // namespace weir::tests::swarm
