#include "adapters/common/ack_book.hpp"

#include <cassert>

namespace weir::adapters::common {

bool AckBook::open(std::uint64_t tag) {
  if (tag != first_tag_ + places_.size()) return false;
  places_.push_back(Place::open);
  return true;
}

void AckBook::settle(std::uint64_t tag, Verdict verdict) {
  assert(tag >= first_tag_ && tag - first_tag_ < places_.size());
  Place& place = places_[tag - first_tag_];
  assert(place == Place::open);
  if (verdict == Verdict::acknowledge) {
    place = Place::acknowledged;
    return;
  }
  place = Place::told;
  due_.push_back({tag, verdict, false});
}

std::vector<Settlement> AckBook::take() {
  std::uint64_t last = 0;
  while (!places_.empty() && places_.front() != Place::open) {
    // the broker takes only a tag that it still waits for, so never one that was rejected
    if (places_.front() == Place::acknowledged) last = first_tag_;
    places_.pop_front();
    ++first_tag_;
  }
  if (last != 0) due_.push_back({last, Verdict::acknowledge, true});
  return std::exchange(due_, {});
}

void AckBook::clear() {
  first_tag_ = 1;
  places_.clear();
  due_.clear();
}

}  // namespace weir::adapters::common
