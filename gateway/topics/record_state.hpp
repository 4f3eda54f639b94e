#pragma once

#include "protocol/core/entry.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::topics {

/// Named fields with the offset that last changed each: a record topic's folded state, or one row
/// of a table. Removed fields leave tombstones, so that a client which holds an older state learns
/// of the removal; `floor` is the version of the newest one forgotten. Setting a field to the JSON
/// text that it has changes nothing. A value; copied for other shards.
class RecordState {
public:
  /// `tombstones_min`: so many are kept, or as many as there are live fields if that is more.
  explicit RecordState(std::size_t tombstones_min) : tombstones_min_(tombstones_min) {}

  /// Sets the fields, and removes those whose JSON is `null`. `offset` is above every version.
  void update(std::span<const protocol::Field> fields, protocol::Offset offset);
  /// Makes `fields` all that there is.
  void replace(std::span<const protocol::Field> fields, protocol::Offset offset);
  void clear(protocol::Offset offset);

  /// Live fields.
  [[nodiscard]] std::size_t size() const { return live_; }
  /// How many there would be after an update with these.
  [[nodiscard]] std::size_t size_after(std::span<const protocol::Field> fields) const;
  /// Names and JSON of the live fields.
  [[nodiscard]] std::size_t content_bytes() const { return content_bytes_; }
  /// Bytes held, tombstones and bookkeeping too.
  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }
  /// Offset of the newest change; 0: none yet.
  [[nodiscard]] protocol::Offset version() const { return version_; }
  /// A base below this cannot be brought up to date by changes alone.
  [[nodiscard]] protocol::Offset floor() const { return floor_; }

  /// Calls `visit(name, json)` for every live field, in the order in which they came to be.
  template <class Visit>
  void visit_live(const Visit& visit) const {
    for (const auto& field : fields_) {
      if (!field.json.empty()) visit(std::string_view(field.name), std::string_view(field.json));
    }
  }
  /// Calls `visit(name, json)` for every field that changed after `base`; no JSON: it was removed.
  template <class Visit>
  void visit_after(protocol::Offset base, const Visit& visit) const {
    for (const auto& field : fields_) {
      if (field.version > base) visit(std::string_view(field.name), std::string_view(field.json));
    }
  }

private:
  struct VersionedField {
    std::string name;
    std::string json;  ///< empty: a tombstone
    protocol::Offset version = 0;
  };

  [[nodiscard]] const VersionedField* find(std::string_view name) const;
  void set(const protocol::Field& field, protocol::Offset offset);
  void remove(VersionedField& field, protocol::Offset offset);
  void forget_tombstones();

  std::vector<VersionedField> fields_;
  std::size_t tombstones_min_;
  std::size_t live_ = 0;
  std::size_t content_bytes_ = 0;
  std::size_t held_bytes_ = 0;
  protocol::Offset version_ = 0;
  protocol::Offset floor_ = 0;
};

}  // namespace weir::gateway::topics
