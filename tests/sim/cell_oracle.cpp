#include "tests/sim/cell_oracle.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace weir::tests::sim {

using protocol::Delivery;
using protocol::Entry;
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

void CellOracle::set_demand(const CellDemand& demand, bool is_certain) {
  if (demand == demand_) return;
  if (demand.max_rate != demand_.max_rate) delivered_at_.clear();
  const bool has_new_fields = has_parts(topic_->kind) && demand.fields != demand_.fields;
  if (demand.delivery != demand_.delivery && !has_parts(topic_->kind)) {
    // What `latest` has passed over by now is not owed.
    if (demand.delivery == Delivery::all && life_ != nullptr) skips_until_ = life_->head();
    if (demand.delivery == Delivery::latest) skips_until_.reset();
  }
  demand_ = demand;
  if (!demand_.wants_patches && is_certain) value_.reset();
  if (!has_new_fields) return;
  if (!is_certain) {
    may_be_whole_ = true;
    if (parts_) parts_->allow_whole();
    return;
  }
  // Changes of other fields are of no use to what the client has.
  if (parts_) parts_->expect_whole(position_, true);
  has_new_fields_ = true;
}

void CellOracle::on_delivery(const ReceivedDelivery& delivery, gateway::TimePoint now) {
  check(life_ != nullptr && number_ == delivery.number,
        Promise::content,
        "delivery before its topic");
  check(!is_gap_owed_, Promise::loss, "data before the gap");
  may_begin_with_gap_ = false;
  if (parts_) return deliver_parts(delivery, now);
  check_content(delivery);
  check(
      !expects_snapshot_ || delivery.is_snapshot, Promise::newest, "an entry before the snapshot");
  expects_snapshot_ = false;
  if (demand_.delivery == Delivery::all) {
    deliver_all(delivery);
  } else {
    deliver_latest(delivery, now);
  }
  position_ = delivery.offset;
  may_be_snapshot_ = false;
  value_ = delivery.data || delivery.patch ? std::optional(position_) : std::nullopt;
}

void CellOracle::check_content(const ReceivedDelivery& delivery) const {
  const auto* entry = life_->find(delivery.offset);
  const auto at = fmt::format("offset {}", delivery.offset);
  check(entry != nullptr && entry->operation != Operation::gap,
        Promise::content,
        at + " was never published");
  const bool is_removal = entry->operation == Operation::remove;
  const bool has_value = delivery.data || delivery.patch;
  check(has_value != is_removal, Promise::content, at + " is a deletion, or is not");
  check(
      !delivery.data || *delivery.data == entry->payload, Promise::content, at + " has other data");
  if (delivery.patch) check_patch(*delivery.patch, *entry);
  check(delivery.prev == entry->prev,
        Promise::content,
        at + " names another entry as the one before");
  check(!delivery.unix_ms || *delivery.unix_ms == entry->unix_ms,
        Promise::content,
        at + " has another time");
}

void CellOracle::check_patch(const protocol::native::ReceivedPatch& patch,
                             const Entry& entry) const {
  check(demand_.wants_patches && demand_.delivery == Delivery::latest,
        Promise::content,
        "a patch that nobody asked for");
  check(patch.base == value_,
        Promise::base,
        fmt::format("a patch of {}, and the client has {}", patch.base, value_.value_or(0)));
  const auto* base = life_->find(patch.base);
  const auto patched =
      nlohmann::json::parse(base->payload.bytes).patch(nlohmann::json::parse(patch.json));
  check(patched == nlohmann::json::parse(entry.payload.bytes),
        Promise::content,
        "a patch gives another value: " + patched.dump());
}

void CellOracle::deliver_parts(const ReceivedDelivery& delivery, gateway::TimePoint now) {
  const bool is_all = demand_.delivery == Delivery::all;
  const bool is_in_parts = delivery.has_more || parts_->is_partway();
  check(life_->find(delivery.offset) != nullptr,
        Promise::content,
        fmt::format("offset {} was never published", delivery.offset));
  if (delivery.is_snapshot) {
    const bool may_be = !is_all || may_be_snapshot_ || may_be_whole_ ||
                        life_->newest_data(position_) == 0 || is_in_parts ||
                        parts_->is_whole_expected();
    check(may_be, Promise::duplicate, "a snapshot in between");
    check(delivery.has_more || delivery.offset >= position_,
          Promise::order,
          fmt::format("a snapshot of {}", delivery.offset));
  } else if (!delivery.has_more) {
    check(delivery.offset > position_ || is_in_parts,
          Promise::order,
          fmt::format("{} behind it", delivery.offset));
    if (is_all && !is_in_parts) check_next(delivery.offset, 0);
  }
  if (is_in_parts) {
    check(delivery.conflated.value_or(0) <= life_->count(position_, life_->head()),
          Promise::content,
          "more is conflated than there was");
  } else if (!is_all && !parts_->is_whole_expected()) {
    check_counts(delivery);
  }
  if (!is_all && !delivery.has_more) check_rate(now);
  const auto* newest = life_->find(life_->newest_data(delivery.offset));
  check(is_in_parts || !delivery.unix_ms || *delivery.unix_ms == newest->unix_ms,
        Promise::content,
        "another time");
  parts_->deliver(delivery, position_, demand_.fields);
  if (delivery.has_more) return;
  position_ = delivery.offset;
  may_be_snapshot_ = may_be_whole_ = false;
  has_new_fields_ = false;
}

void CellOracle::deliver_all(const ReceivedDelivery& delivery) {
  if (delivery.is_snapshot) {
    check(may_be_snapshot_ && position_ == 0, Promise::duplicate, "a snapshot in between");
    check(delivery.offset >= life_->newest_data(rule_.is_exact ? rule_.head : 0),
          Promise::newest,
          "an old snapshot");
    return;
  }
  check(delivery.offset != position_, Promise::duplicate, fmt::format("{} again", delivery.offset));
  check(delivery.offset > position_, Promise::order, fmt::format("{} behind it", delivery.offset));
  const auto skipped = skips_until_.value_or(0);
  skips_until_.reset();
  if (delivery.offset > skipped) check_next(delivery.offset, skipped);
}

void CellOracle::check_next(Offset offset, Offset skipped) const {
  const auto* next = life_->next_after(std::max(position_, skipped));
  check(next != nullptr && next->offset == offset,
        Promise::loss,
        fmt::format("{} comes, {} was left out", offset, next == nullptr ? 0 : next->offset));
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
    check(parts_ || gap.to == 0 || is_gone(*next),
          Promise::gap_count,
          "entries are left out that are there");
    if (parts_) parts_->expect_whole(gap.to, true);
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
  if (parts_) parts_->expect_whole(gap.to, true);
}

bool CellOracle::is_gone(const protocol::Entry& entry) const {
  return topic_->life().order() > life_->order() || entry.offset < topic_->oldest_retained;
}

bool CellOracle::has_reached(const protocol::Epoch& epoch, Offset head) const {
  if (life_ == nullptr) return false;
  if (life_->epoch() != epoch) return true;
  if (is_gap_owed_) return false;
  if (parts_) return parts_->has(head, position_, demand_.fields);
  return std::max(position_, skips_until_.value_or(0)) >=
         (demand_.delivery == Delivery::all ? head : life_->newest_data(head));
}

bool CellOracle::is_behind(const gateway::topics::Topic& topic) const {
  if (life_ == nullptr || life_->epoch() != topic.log().epoch()) return true;
  if (told_stale_ != topic.is_stale()) return true;
  // To `all` belong the entries that change nothing, too.
  const bool lacks_entries =
      parts_ && demand_.delivery == Delivery::all && position_ < topic.log().head().offset;
  if (lacks_entries) return true;
  return !has_reached(topic.log().epoch(), topic.log().head().offset);
}

void CellOracle::check_quiet() const {
  const auto& life = topic_->life();
  const auto promise = demand_.delivery == Delivery::all ? Promise::loss : Promise::newest;
  check(life_ == &life, promise, "not introduced with the newest life at the end");
  check(!is_gap_owed_, Promise::loss, "the gap has not come");
  if (parts_) {
    check(has_reached(life.epoch(), life.head()), promise, "the newest state has not come");
    const bool is_all = demand_.delivery == Delivery::all;
    check(!is_all || position_ >= life.head(), promise, "the newest entry has not come");
  }
  const auto wanted =
      demand_.delivery == Delivery::all ? life.head() : life.newest_data(life.head());
  const bool may_skip = skips_until_ && *skips_until_ >= wanted;
  check(parts_ || position_ >= wanted || may_skip, promise, fmt::format("{} has not come", wanted));
  check(told_stale_ == topic_->is_stale, promise, "staleness is not as told");
}

}  // namespace weir::tests::sim
