#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace weir::adapters::common {

/// What the broker is told about a delivery.
enum class Verdict : std::uint8_t {
  acknowledge,
  reject,   ///< never again: to the dead-letter exchange if the queue has one
  requeue,  ///< again, later
};

struct Settlement {
  std::uint64_t tag = 0;
  Verdict verdict = Verdict::acknowledge;
  bool is_multiple = false;  ///< all before it, too
  friend bool operator==(const Settlement&, const Settlement&) = default;
};

/// Which deliveries of one channel the broker has not been told about. Verdicts come in any order;
/// acknowledgements go out in the order of the deliveries, many in one, so that the broker gets few
/// frames.
class AckBook {
public:
  /// A delivery has come. Tags follow each other. False: this one does not.
  [[nodiscard]] bool open(std::uint64_t tag);
  /// Of an open delivery; once.
  void settle(std::uint64_t tag, Verdict verdict);
  /// What to tell the broker now, in order.
  [[nodiscard]] std::vector<Settlement> take();
  /// The channel is gone, and its tags with it.
  void clear();
  [[nodiscard]] std::size_t open_count() const { return places_.size(); }

private:
  enum class Place : std::uint8_t { open, acknowledged, told };

  std::uint64_t first_tag_ = 1;  ///< of places_
  std::deque<Place> places_;
  std::vector<Settlement> due_;
};

}  // namespace weir::adapters::common
