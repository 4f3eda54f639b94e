#include "tests/sim/cell_oracle.hpp"

#include <fmt/format.h>

namespace weir::tests::sim {

using protocol::Delivery;
using protocol::GapCause;
using protocol::Operation;
using protocol::native::ReceivedDelivery;

void CellOracle::check(bool holds, Promise promise, const std::string& text) const {
  if (holds) return;
  throw Violation(promise,
                  fmt::format("{} (epoch {}, client at {}): {}",
                              topic_->name,
                              life_ == nullptr ? "none" : life_->epoch(),
                              position_,
                              text));
}

void CellOracle::set_demand(const CellDemand& demand) {
  if (demand == demand_) return;
  if (demand.max_rate != demand_.max_rate) delivered_at_.clear();
  if (demand.delivery != demand_.delivery) {
    // What `latest` has passed over by now is not owed.
    if (demand.delivery == Delivery::all && life_ != nullptr) skips_until_ = life_->head();
    if (demand.delivery == Delivery::latest) skips_until_.reset();
  }
  demand_ = demand;
}

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
  told_stale_ = false;
  skips_until_.reset();
  may_be_snapshot_ =
      is_later_life ? demand_.delivery == Delivery::latest
                    : rule_.kind == StartRule::Kind::snapshot || rule_.delivery == Delivery::latest;
  if (is_later_life) {
    // Another life since the cell was made.
    position_ = event.offset;
    // A shard that had not heard of the life before begins with this one, as if it were the first.
    const bool may_be_first = is_first && may_begin_with_gap_ && !rule_.position && position_ == 0;
    is_gap_owed_ = demand_.delivery == Delivery::all && !may_be_first;
    expects_snapshot_ = false;
    if (!is_gap_owed_)
      check(position_ == 0, Promise::loss, "a new life begins behind its first entry");
    return;
  }
  begin(event);
}

void CellOracle::begin(const protocol::TopicEvent& event) {
  position_ = event.offset;
  const auto head = rule_.epoch == life_->epoch() ? rule_.head : life_->head();
  const bool is_all = rule_.delivery == Delivery::all;
  const bool is_from_head =
      rule_.kind == StartRule::Kind::from_now || rule_.kind == StartRule::Kind::history;
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

void CellOracle::on_delivery(const ReceivedDelivery& delivery, gateway::TimePoint now) {
  check(life_ != nullptr && number_ == delivery.number,
        Promise::content,
        "delivery before its topic");
  check(!is_gap_owed_, Promise::loss, "data before the gap");
  may_begin_with_gap_ = false;
  check_content(delivery);
  if (demand_.delivery == Delivery::all) {
    deliver_all(delivery);
  } else {
    deliver_latest(delivery, now);
  }
  position_ = delivery.offset;
  may_be_snapshot_ = false;
}

void CellOracle::check_content(const ReceivedDelivery& delivery) const {
  const auto* entry = life_->find(delivery.offset);
  const auto at = fmt::format("offset {}", delivery.offset);
  check(entry != nullptr && entry->operation != Operation::gap,
        Promise::content,
        at + " was never published");
  const bool is_removal = entry->operation == Operation::remove;
  check(
      delivery.data.has_value() != is_removal, Promise::content, at + " is a deletion, or is not");
  check(is_removal || *delivery.data == entry->payload, Promise::content, at + " has other data");
  check(delivery.prev == entry->prev,
        Promise::content,
        at + " names another entry as the one before");
  check(!delivery.unix_ms || *delivery.unix_ms == entry->unix_ms,
        Promise::content,
        at + " has another time");
}

void CellOracle::deliver_all(const ReceivedDelivery& delivery) {
  if (delivery.is_snapshot) {
    check(may_be_snapshot_ && position_ == 0, Promise::duplicate, "a snapshot in between");
    check(delivery.offset >= life_->newest_data(rule_.is_exact ? rule_.head : 0),
          Promise::newest,
          "an old snapshot");
    expects_snapshot_ = false;
    return;
  }
  check(!expects_snapshot_, Promise::newest, "an entry before the snapshot");
  check(delivery.offset != position_, Promise::duplicate, fmt::format("{} again", delivery.offset));
  check(delivery.offset > position_, Promise::order, fmt::format("{} behind it", delivery.offset));
  const auto skipped = skips_until_.value_or(0);
  skips_until_.reset();
  if (delivery.offset <= skipped) return;
  const auto* next = life_->next_after(std::max(position_, skipped));
  check(next != nullptr && next->offset == delivery.offset,
        Promise::loss,
        fmt::format(
            "{} comes, {} was left out", delivery.offset, next == nullptr ? 0 : next->offset));
}

void CellOracle::deliver_latest(const ReceivedDelivery& delivery, gateway::TimePoint now) {
  check(delivery.offset != position_, Promise::duplicate, fmt::format("{} again", delivery.offset));
  check(delivery.offset > position_, Promise::order, fmt::format("{} behind it", delivery.offset));
  check_counts(delivery);
  check_rate(now);
}

void CellOracle::check_counts(const ReceivedDelivery& delivery) const {
  check(!delivery.conflated || demand_.wants_counts,
        Promise::content,
        "a count that nobody asked for");
  if (!demand_.wants_counts || delivery.is_snapshot) return;
  // Where offsets have holes, a position that a client brings does not tell how many there were.
  if (!delivery.conflated && life_->has_holes()) return;
  const auto claimed = delivery.conflated.value_or(0);
  const auto most = life_->count(position_, delivery.offset) - 1;
  const auto least = life_->count_data(position_, delivery.offset) - 1;
  check(least <= claimed && claimed <= most,
        Promise::content,
        fmt::format("{} conflated, not {} to {}", claimed, least, most));
}

void CellOracle::check_rate(gateway::TimePoint now) {
  if (demand_.max_rate <= 0) return;
  // The first does not wait for its gate, and slots do not begin with it: two may be close, not
  // three.
  const std::chrono::duration<double> interval(1 / demand_.max_rate);
  if (delivered_at_.size() == 2) {
    const std::chrono::duration<double> passed = now - delivered_at_.front();
    check(passed.count() >= interval.count() * 0.999,
          Promise::rate,
          "more deliveries than max_rate allows");
    delivered_at_.erase(delivered_at_.begin());
  }
  delivered_at_.push_back(now);
}

void CellOracle::on_gap(const protocol::GapEvent& gap) {
  check(life_ != nullptr && number_ == gap.number, Promise::content, "gap before its topic");
  check(demand_.delivery == Delivery::all, Promise::gap_count, "a gap for latest");
  if (is_gap_owed_ || (may_begin_with_gap_ && !gap.from)) {
    check(!gap.from && gap.to == position_,
          Promise::loss,
          "the gap of a new epoch does not begin anew");
    check(gap.cause == GapCause::epoch || gap.cause == GapCause::future,
          Promise::content,
          "cause of a new epoch");
    const auto* next = life_->next_after(0);
    check(gap.to == 0 || is_gone(*next), Promise::gap_count, "entries are left out that are there");
    is_gap_owed_ = false;
    may_begin_with_gap_ = false;
    return;
  }
  check(gap.from.has_value(), Promise::gap_count, "a gap from nowhere");
  check(*gap.from >= position_, Promise::duplicate, fmt::format("gap from {}", *gap.from));
  check(*gap.from <= std::max(position_, skips_until_.value_or(0)),
        Promise::loss,
        fmt::format("gap from {}", *gap.from));
  skips_until_.reset();
  const auto* next = life_->next_after(*gap.from);
  check(next != nullptr && gap.to >= next->offset && life_->find(gap.to) != nullptr,
        Promise::gap_count,
        fmt::format("gap to {} has nothing in it", gap.to));
  if (gap.cause == GapCause::source) {
    check(next->offset == gap.to && next->operation == Operation::gap,
          Promise::loss,
          "a source gap with data in it");
  } else {
    const auto lost = life_->count(*gap.from, gap.to);
    check(gap.lost || life_->has_holes(), Promise::gap_count, "how much was lost is known");
    check(gap.lost.value_or(lost) == lost,
          Promise::gap_count,
          fmt::format("{} lost, not {}", lost, gap.lost.value_or(0)));
    check(is_gone(*next), Promise::gap_count, "a gap for what is still there");
  }
  position_ = gap.to;
}

bool CellOracle::is_gone(const protocol::Entry& entry) const {
  return topic_->life().order() > life_->order() || entry.offset < topic_->oldest_retained;
}

bool CellOracle::has_reached(const protocol::Epoch& epoch, Offset head) const {
  if (life_ == nullptr) return false;
  if (life_->epoch() != epoch) return true;
  if (is_gap_owed_) return false;
  return std::max(position_, skips_until_.value_or(0)) >=
         (demand_.delivery == Delivery::all ? head : life_->newest_data(head));
}

bool CellOracle::is_behind(const gateway::topics::Topic& topic) const {
  if (life_ == nullptr || life_->epoch() != topic.log().epoch()) return true;
  if (told_stale_ != topic.is_stale()) return true;
  return !has_reached(topic.log().epoch(), topic.log().head().offset);
}

void CellOracle::check_quiet() const {
  const auto& life = topic_->life();
  const auto promise = demand_.delivery == Delivery::all ? Promise::loss : Promise::newest;
  check(life_ == &life, promise, "not introduced with the newest life at the end");
  check(!is_gap_owed_, Promise::loss, "the gap has not come");
  const auto wanted =
      demand_.delivery == Delivery::all ? life.head() : life.newest_data(life.head());
  const bool may_skip = skips_until_ && *skips_until_ >= wanted;
  check(position_ >= wanted || may_skip, promise, fmt::format("{} has not come", wanted));
  check(told_stale_ == topic_->is_stale, promise, "staleness is not as told");
}

}  // namespace weir::tests::sim
