#pragma once

#include "protocol/core/entry.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/support/random.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::tests::sim {

/// Names of the fields that records and rows have, and subscriptions choose from.
inline constexpr std::uint64_t field_names = 8;
[[nodiscard]] std::string field_name(std::uint64_t number);

/// What sources and clients publish: random changes of every kind, small and large, also some that
/// do not fit.
class Publications {
public:
  Publications(const Scenario& scenario, Random& random) : scenario_(&scenario), random_(&random) {}

  /// One change of a topic of this kind; of a table its whole only where that is wanted.
  [[nodiscard]] protocol::Publication next(protocol::Kind kind, bool may_be_whole);
  /// One that must be refused.
  [[nodiscard]] protocol::Publication misfit(protocol::Kind kind);
  /// Fills a table or record with names that are never used again, and empties it.
  [[nodiscard]] std::vector<protocol::Publication> churn(protocol::Kind kind);

private:
  [[nodiscard]] std::string json();
  [[nodiscard]] std::string object(std::uint64_t fields);
  /// Of which a part changes.
  [[nodiscard]] std::string object();
  [[nodiscard]] std::vector<protocol::Field> fields();
  [[nodiscard]] std::string key();
  void change_record(protocol::Publication& publication);
  void change_table(protocol::Publication& publication, bool may_be_whole);

  const Scenario* scenario_;
  Random* random_;
  std::uint64_t made_ = 0;
};

/// Whether a topic of this kind takes it.
[[nodiscard]] bool fits(const protocol::Publication& publication, protocol::Kind kind);

}  // namespace weir::tests::sim
