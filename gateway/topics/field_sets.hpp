#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::gateway::topics {

/// The fields of records and rows that somebody has chosen.
struct FieldSet {
  std::uint32_t number = 0;        ///< the same for all who chose the same; 0: not shared
  std::vector<std::string> names;  ///< sorted, each once
};

/// nullptr: all fields.
using FieldSetPtr = std::shared_ptr<const FieldSet>;

/// Gives equal choices one number, so that those who chose the same share their frames. The first
/// `sets_max` choices of a shard are remembered for ever; later ones get no number. Owned by the
/// hub.
class FieldSets {
public:
  static constexpr std::size_t sets_max = 1024;

  /// In any order, also twice; none: nullptr.
  FieldSetPtr intern(std::vector<std::string> names);
  /// Everything that either wants.
  FieldSetPtr unite(const FieldSetPtr& a, const FieldSetPtr& b);

private:
  std::map<std::vector<std::string>, FieldSetPtr> sets_;
};

}  // namespace weir::gateway::topics
