#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace weir::adapters::common {

/// The newest ids of messages that a source may deliver again, by topic.
class RecentIds {
public:
  /// `ids_max` 0: remembers nothing.
  explicit RecentIds(std::size_t ids_max) : ids_max_(ids_max) {}

  [[nodiscard]] bool contains(std::string_view topic, std::string_view id) const;
  void add(std::string_view topic, std::string_view id);
  [[nodiscard]] std::size_t size() const { return known_.size(); }

private:
  static std::string joined(std::string_view topic, std::string_view id);

  std::size_t ids_max_;
  std::unordered_set<std::string> known_;
  std::deque<const std::string*> oldest_first_;  ///< of known_, which keeps them in place
};

}  // namespace weir::adapters::common
