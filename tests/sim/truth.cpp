#include "tests/sim/truth.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>

namespace weir::tests::sim {

using protocol::Entry;
using protocol::Operation;

namespace {

/// A gateway keeps at least so many deletions of rows.
constexpr std::size_t deletions_kept = 1024;

}  // namespace

Life::Life(protocol::Epoch epoch, std::size_t order, protocol::Kind kind)
    : epoch_(std::move(epoch)), order_(order), kind_(kind) {
  if (has_parts(kind)) states_.emplace(kind);
}

void Life::append(protocol::EntryPtr entry) {
  require(entry->offset > head(), Promise::order, "the owner's log runs back in " + epoch_);
  require(entry->prev == head() && entry->index == entries_.size() + 1,
          Promise::content,
          "the owner's log does not hang together in " + epoch_);
  has_holes_ = has_holes_ || entry->offset != entries_.size() + 1;
  if (states_) states_->append(*entry);
  if (entry->operation == Operation::remove) {
    ++removed_rows_;
    if (entry->key.empty()) cleared_at_ = entry->offset;
  }
  entries_.push_back(std::move(entry));
}

std::size_t Life::position_after(Offset offset) const {
  const auto found = std::ranges::upper_bound(
      entries_, offset, {}, [](const auto& entry) { return entry->offset; });
  return static_cast<std::size_t>(found - entries_.begin());
}

const Entry* Life::find(Offset offset) const {
  const auto position = position_after(offset);
  if (position == 0 || entries_[position - 1]->offset != offset) return nullptr;
  return entries_[position - 1].get();
}

const Entry* Life::next_after(Offset offset) const {
  const auto position = position_after(offset);
  return position == entries_.size() ? nullptr : entries_[position].get();
}

std::size_t Life::count(Offset from, Offset to) const {
  return position_after(std::max(from, to)) - position_after(from);
}

std::size_t Life::count_data(Offset from, Offset to) const {
  std::size_t data = 0;
  for (auto i = position_after(from); i < position_after(std::max(from, to)); ++i) {
    if (entries_[i]->operation != Operation::gap) ++data;
  }
  return data;
}

Offset Life::newest_data(Offset offset) const {
  for (auto i = position_after(offset); i > 0; --i) {
    if (entries_[i - 1]->operation != Operation::gap) return entries_[i - 1]->offset;
  }
  return 0;
}

Offset Life::head_before(gateway::TimePoint time) const {
  Offset head = 0;
  for (const auto& entry : entries_) {
    if (entry->accepted_at < time) head = entry->offset;
  }
  return head;
}

Fold Life::fold_at(Offset offset) const {
  Fold fold(kind_);
  for (const auto& entry : entries_) {
    if (entry->offset > offset) break;
    fold.apply(*entry);
  }
  return fold;
}

bool Life::may_have_forgotten(Offset offset) const {
  return offset < cleared_at_ || removed_rows_ > deletions_kept;
}

const Life* TopicTruth::find(std::string_view epoch) const {
  const auto found = std::ranges::find(lives, epoch, &Life::epoch);
  return found == lives.end() ? nullptr : &*found;
}

void Truth::observe(const gateway::topics::Topic& owned) {
  auto& topic = topics_[owned.name()];
  const auto& log = owned.log();
  topic.name = owned.name();
  topic.kind = log.kind();
  topic.is_stale = owned.is_stale();
  if (topic.number != owned.number()) {
    require(topic.find(log.epoch()) == nullptr,
            Promise::content,
            "an epoch came back: " + owned.name());
    topic.number = owned.number();
    topic.lives.emplace_back(log.epoch(), topic.lives.size(), topic.kind);
  }
  auto& life = topic.lives.back();
  for (auto i = log.position_after(life.head()); i < log.ring().size(); ++i) {
    life.append(log.ring()[i]);
  }
  topic.oldest_retained = log.ring().empty() ? 0 : log.ring()[0]->offset;
}

const TopicTruth* Truth::find(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

}  // namespace weir::tests::sim
