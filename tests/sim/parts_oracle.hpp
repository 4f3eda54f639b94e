#pragma once

#include "protocol/native/json_client.hpp"
#include "tests/sim/fold.hpp"
#include "tests/sim/truth.hpp"
#include "tests/sim/violation.hpp"

#include <optional>
#include <string>

namespace weir::tests::sim {

/// One client's copy of a record or table, kept from what it is told and nothing else, and compared
/// with the fold of the log whenever it should be whole.
class PartsOracle {
public:
  PartsOracle(const TopicTruth& topic, const Life& life);

  /// The client has the state of that offset: 0 is the empty one.
  void hold(Offset offset);
  /// It has nothing that changes could be applied to; where there is nothing yet at `offset`, it
  /// has that. `is_owed`: the state comes even if nothing changes any more.
  void expect_whole(Offset offset, bool is_owed);
  void allow_whole() { may_be_whole_ = true; }
  /// Between the parts of one state, what was told before goes on to count.
  void deliver(const protocol::native::ReceivedDelivery& delivery,
               Offset position,
               const Fields& fields);

  [[nodiscard]] bool is_partway() const { return reached_.has_value(); }
  [[nodiscard]] bool is_whole_expected() const { return !is_held_; }
  /// Whether the client has all that matters to it of this head; `position` is where it stands.
  [[nodiscard]] bool has(Offset head, Offset position, const Fields& fields) const;

private:
  void check_whole(const protocol::native::ReceivedDelivery& delivery, Offset position) const;
  void check_base(Offset base, Offset position) const;
  void compare(Offset offset, const Fields& fields) const;
  void check(bool holds, Promise promise, const std::string& text) const;

  const TopicTruth* topic_;
  const Life* life_;
  Fold fold_;
  bool is_held_ = false;
  bool is_owed_ = false;
  bool may_be_whole_ = false;
  std::optional<Offset> reached_;  ///< by a part behind which more follows
};

}  // namespace weir::tests::sim
