#include "tests/sim/cell_oracle.hpp"
#include "tests/sim/violation.hpp"

// Where a cell begins, as the subscriptions say, and where its next life does.
namespace weir::tests::sim {

using protocol::Delivery;

void CellOracle::on_topic(const protocol::TopicEvent& event) {
  const auto* life = topic_->find(event.epoch);
  check(life != nullptr, Promise::content, "introduced with epoch " + event.epoch);
  check(event.kind == topic_->kind, Promise::content, "introduced with another kind");
  const bool is_first = life_ == nullptr;
  check(is_first || life->order() > life_->order(), Promise::order, "introduced again");
  const auto* made_in = rule_.epoch.empty() ? nullptr : topic_->find(rule_.epoch);
  const bool is_later_life = !is_first || (made_in != nullptr && made_in->order() < life->order());
  life_ = life;
  may_begin_with_gap_ = !rule_.is_exact;
  number_ = event.number;
  value_.reset();
  told_stale_ = false;
  skips_until_.reset();
  may_be_snapshot_ =
      is_later_life ? demand_.delivery == Delivery::latest
                    : rule_.kind == StartRule::Kind::snapshot || rule_.delivery == Delivery::latest;
  if (is_later_life) {
    // Another life since the cell was made.
    position_ = event.offset;
    if (has_parts(topic_->kind)) parts_.emplace(*topic_, *life_).expect_whole(position_, true);
    // A shard that had not heard of the life before begins with this one, as if it were the first.
    const bool may_be_first = is_first && may_begin_with_gap_ && !rule_.position && position_ == 0;
    is_gap_owed_ = demand_.delivery == Delivery::all && !may_be_first;
    expects_snapshot_ = false;
    if (!is_gap_owed_)
      check(position_ == 0, Promise::loss, "a new life begins behind its first entry");
    return;
  }
  begin(event);
  const protocol::Position place{event.epoch, event.offset};
  if (demand_.wants_patches && event.offset > 0 && rule_.position == place) {
    value_ = event.offset;
  }
  if (has_parts(topic_->kind)) begin_parts(event.offset);
}

void CellOracle::begin_parts(Offset offset) {
  parts_.emplace(*topic_, *life_);
  const bool is_resumed = rule_.position && rule_.position->epoch == life_->epoch() &&
                          rule_.position->offset == offset && !is_gap_owed_;
  const bool is_owed = demand_.delivery == Delivery::all || rule_.kind != StartRule::Kind::from_now;
  // Made for `all`, it had lost the entries that go on from what it holds: then it begins with the
  // state, and does so for `latest`, too.
  const auto* next = life_->next_after(offset);
  may_be_whole_ = may_be_whole_ || (is_resumed && rule_.delivery == Delivery::all &&
                                    next != nullptr && is_gone(*next));
  if (offset == 0 || is_resumed) {
    parts_->hold(offset);
    if (has_new_fields_) parts_->expect_whole(offset, true);
    if (may_be_whole_) parts_->allow_whole();
  } else {
    parts_->expect_whole(offset, is_owed || has_new_fields_);
  }
}

void CellOracle::begin(const protocol::TopicEvent& event) {
  position_ = event.offset;
  const auto head = rule_.epoch == life_->epoch() ? rule_.head : life_->head();
  const bool is_all = rule_.delivery == Delivery::all;
  const bool goes_on =
      rule_.kind == StartRule::Kind::position || rule_.kind == StartRule::Kind::born;
  const bool is_behind_state = has_parts(topic_->kind) && is_all && !goes_on;
  const bool is_from_head = rule_.kind == StartRule::Kind::from_now ||
                            rule_.kind == StartRule::Kind::history || is_behind_state;
  // A shard that is behind may have begun in an older life than the one that was known here.
  const bool may_have_restarted = !rule_.is_exact && demand_.delivery == Delivery::all;
  if (may_have_restarted && !rule_.position && position_ > (is_from_head ? head : 0)) {
    is_gap_owed_ = true;
    return;
  }
  switch (rule_.kind) {
    case StartRule::Kind::position:
      begin_at_position(event);
      break;
    case StartRule::Kind::born:
      begin_born(event);
      break;
    case StartRule::Kind::snapshot:
      if (is_behind_state) {
        check(position_ <= head, Promise::loss, "begins behind the head at subscribe");
        break;
      }
      expects_snapshot_ = is_all && rule_.is_exact && life_->newest_data(head) > 0;
      check(position_ == 0, Promise::newest, "begins behind the snapshot");
      break;
    case StartRule::Kind::from_now:
      check(position_ <= head, Promise::loss, "begins behind the head at subscribe");
      if (rule_.is_exact) {
        check(position_ == head, Promise::content, "begins before the subscribe");
      }
      break;
    case StartRule::Kind::history:
      check(position_ <= head, Promise::loss, "begins behind the head at subscribe");
      if (rule_.is_exact) {
        check(life_->count(position_, head) <= rule_.history,
              Promise::content,
              "more history than asked for");
      }
      break;
  }
}

void CellOracle::begin_at_position(const protocol::TopicEvent& event) {
  // Whoever wants `latest` by the time of the introduction is given the state instead of the gap.
  const bool is_all = rule_.delivery == Delivery::all && demand_.delivery == Delivery::all;
  const auto brought = rule_.position.value_or(protocol::Position{life_->epoch(), 0});
  const bool is_all_now = !rule_.is_exact && demand_.delivery == Delivery::all;
  const bool can_join = brought.epoch == life_->epoch() && brought.offset <= life_->head();
  if (can_join) {
    check(event.offset >= brought.offset,
          Promise::duplicate,
          "begins before the position that was brought");
    check(event.offset <= brought.offset,
          Promise::loss,
          "begins behind the position that was brought");
  } else if (is_all || (is_all_now && event.offset > 0)) {
    // Made for `latest`, it may have been for all of another life before it was introduced.
    is_gap_owed_ = true;
  } else {
    check(event.offset == 0, Promise::newest, "begins behind the state");
  }
}

void CellOracle::begin_born(const protocol::TopicEvent& event) {
  const auto brought = rule_.position.value_or(protocol::Position{life_->epoch(), 0});
  const bool has_joined = brought.epoch == life_->epoch() && brought.offset == event.offset;
  if (has_joined) return;
  is_gap_owed_ = rule_.position && rule_.delivery == Delivery::all;
  check(is_gap_owed_ || event.offset == 0,
        Promise::loss,
        "a topic born later begins behind its first entry");
}

}  // namespace weir::tests::sim
