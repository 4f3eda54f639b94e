#include "tests/sim/parts_oracle.hpp"

#include "tests/sim/violation.hpp"

#include <fmt/format.h>

namespace weir::tests::sim {

using protocol::Kind;
using protocol::native::ReceivedDelivery;

PartsOracle::PartsOracle(const TopicTruth& topic, const Life& life)
    : topic_(&topic), life_(&life), fold_(topic.kind) {
}

void PartsOracle::check(bool holds, Promise promise, const std::string& text) const {
  if (!holds) throw Violation(promise, fmt::format("{}: {}", topic_->name, text));
}

void PartsOracle::hold(Offset offset) {
  fold_ = life_->fold_at(offset);
  is_held_ = true;
  reached_.reset();
}

void PartsOracle::expect_whole(Offset offset, bool is_owed) {
  is_owed_ = is_owed;
  is_held_ = life_->newest_data(offset) == 0;
  if (is_held_) fold_.clear();
  reached_.reset();
}

void PartsOracle::deliver(const ReceivedDelivery& delivery, Offset position, const Fields& fields) {
  if (delivery.changes) {
    check_base(delivery.changes->base, position);
    check(delivery.offset > delivery.changes->base || is_partway(),
          Promise::order,
          fmt::format("{} on base {}", delivery.offset, delivery.changes->base));
    fold_.apply(*delivery.changes);
  } else if (delivery.data) {
    check_whole(delivery, position);
    fold_.replace(delivery.data->bytes);
  } else {
    check_whole(delivery, position);
    fold_.clear();
  }
  if (delivery.has_more) {
    check(topic_->kind == Kind::table, Promise::content, "a record in parts");
    reached_ = delivery.offset;
    return;
  }
  reached_.reset();
  is_held_ = true;
  may_be_whole_ = false;
  compare(delivery.offset, fields);
}

void PartsOracle::check_whole(const ReceivedDelivery& delivery, Offset position) const {
  check(is_held_ || delivery.is_snapshot || !delivery.data,
        Promise::content,
        "the first state is not called one");
  // Changes would do, unless the table was cleared or has forgotten deletions.
  const bool is_needed = !is_held_ || topic_->kind == Kind::record ||
                         life_->newest_data(position) == 0 || may_be_whole_ ||
                         life_->may_have_forgotten(position);
  check(is_needed, Promise::content, "a whole table for a client that has it");
}

void PartsOracle::check_base(Offset base, Offset position) const {
  check(is_held_ || is_partway(), Promise::base, "a change for a client that has nothing");
  check(base == reached_.value_or(position),
        Promise::base,
        fmt::format("base {}, and the client has {}", base, reached_.value_or(position)));
}

void PartsOracle::compare(Offset offset, const Fields& fields) const {
  const auto* states = life_->states();
  if (fold_.digest(fields) == states->digest_at(offset, fields)) return;
  check(false,
        Promise::fold,
        fmt::format("the state at {} is not the log's: {}",
                    offset,
                    fold_.difference(life_->fold_at(offset))));
}

bool PartsOracle::has(Offset head, Offset position, const Fields& fields) const {
  if (is_partway()) return false;
  if (!is_held_) return !is_owed_ && life_->newest_data(head) <= position;
  if (position >= head) return true;
  return fold_.digest(fields) == life_->states()->digest_at(head, fields);
}

}  // namespace weir::tests::sim
