#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::common {

/// Which filters of the gateway a broker is subscribed to, on demand. What becomes wanted is
/// subscribed to unless a subscription covers it already. A subscription ends when nothing that it
/// brings is wanted any more: never while another one would have to take over from it, because
/// messages would be lost or doubled between the two. Where several bring a topic, its entries are
/// those of the oldest, so that each arrives once.
class DemandSet {
public:
  struct Subscription {
    std::uint64_t id = 0;  ///< 1, 2, 3 ...
    std::string filter;
    friend bool operator==(const Subscription&, const Subscription&) = default;
  };

  /// nullopt: there is one that brings it.
  [[nodiscard]] std::optional<Subscription> want(const std::string& filter);
  /// Those that have ended with it.
  [[nodiscard]] std::vector<Subscription> unwant(const std::string& filter);

  /// The oldest subscription that brings this topic; 0: none does.
  [[nodiscard]] std::uint64_t owner_of(std::string_view topic) const;
  /// Oldest first.
  [[nodiscard]] std::vector<Subscription> subscriptions() const;

private:
  void remove(std::uint64_t id, const std::string& filter);

  std::set<std::string> wanted_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::string> subscriptions_;
  std::map<std::string, std::uint64_t, std::less<>> exact_;  ///< those without a wildcard
  std::map<std::uint64_t, std::string> patterns_;            ///< and those with one
};

}  // namespace weir::adapters::common
