#include "gateway/topics/topic_log.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::topics {

using protocol::Entry;
using protocol::EntryPtr;
using protocol::Offset;
using protocol::Operation;

namespace {

constexpr std::size_t tombstones_min = 1024;  ///< of a record's fields

}  // namespace

TopicLog::TopicLog(protocol::Kind kind,
                   protocol::Epoch epoch,
                   RingLimits limits,
                   std::optional<Offset> past)
    : kind_(kind), epoch_(std::move(epoch)), limits_(limits), past_(past), head_(past.value_or(0)) {
  if (kind == protocol::Kind::record) record_ = std::make_unique<RecordState>(tombstones_min);
  if (kind == protocol::Kind::table) table_ = std::make_unique<TableState>();
}

TopicLog::TopicLog(const LogImage& image, RingLimits limits)
    : TopicLog(image.kind, image.epoch, limits, image.past) {
  for (const auto& entry : image.ring) append(entry);
  head_ = image.head;
  head_index_ = image.head_index;
  state_ = image.state;
  if (image.record) record_ = std::make_unique<RecordState>(*image.record);
  if (image.table) table_ = std::make_unique<TableState>(*image.table);
}

void TopicLog::append(EntryPtr entry) {
  assert(entry->offset > head_);
  head_ = entry->offset;
  head_index_ = entry->index;
  if (entry->operation != Operation::gap) {
    fold(*entry);
    state_ = entry;
  }
  if (!entry->mid.empty()) {
    if (!mids_) mids_ = std::make_unique<MidIndex>();
    // Not just assigned: the key would still live in the older entry, which is dropped first.
    mids_->erase(entry->mid);
    mids_->emplace(entry->mid, entry.get());
  }
  bytes_ += entry->content_bytes();
  ring_.push(std::move(entry));
  while (ring_.size() > 1 && (ring_.size() > limits_.entries || bytes_ > limits_.bytes))
    drop_oldest();
}

void TopicLog::fold(const Entry& entry) {
  const bool is_removal = entry.operation == Operation::remove;
  if (record_) {
    if (entry.operation == Operation::update) return record_->update(entry.fields, entry.offset);
    return record_->replace(entry.fields, entry.offset);  // a removal has none
  }
  if (!table_) return;
  if (entry.key.empty()) return table_->clear(entry.offset);
  if (is_removal) return table_->remove(entry.key, entry.offset);
  if (entry.operation == Operation::update) {
    return table_->update(entry.key, entry.fields, entry.offset);
  }
  table_->replace(entry.key, entry.fields, entry.offset);
}

std::size_t TopicLog::retained_bytes() const {
  auto bytes = bytes_;
  if (record_) bytes += record_->held_bytes();
  if (table_) bytes += table_->held_bytes();
  return bytes;
}

void TopicLog::drop_oldest() {
  const auto& oldest = ring_[0];
  bytes_ -= oldest->content_bytes();
  if (mids_ && !oldest->mid.empty()) {
    const auto found = mids_->find(oldest->mid);
    // The same mid may have come again after its first was refused or dropped; the newer one stays
    // known.
    if (found != mids_->end() && found->second == oldest.get()) mids_->erase(found);
  }
  ring_.pop();
}

void TopicLog::shrink() {
  while (ring_.size() > 1) drop_oldest();
  ring_.fit();
}

LogImagePtr TopicLog::share_head() const {
  return std::make_shared<const LogImage>(
      LogImage{kind_, epoch_, head_, head_index_, past_, {}, {}, {}, {}});
}

LogImagePtr TopicLog::share_state() const {
  return std::make_shared<const LogImage>(state_image());
}

LogImage TopicLog::state_image() const {
  LogImage image{kind_, epoch_, head_, head_index_, past_, state_, {}, {}, {}};
  if (record_) image.record = std::make_shared<const RecordState>(*record_);
  if (table_) image.table = std::make_shared<const TableState>(*table_);
  return image;
}

LogImage TopicLog::image() const {
  auto image = state_image();
  image.ring.reserve(ring_.size());
  for (std::size_t i = 0; i < ring_.size(); ++i) image.ring.push_back(ring_[i]);
  return image;
}

std::size_t TopicLog::position_after(Offset offset) const {
  if (offset >= head_) return ring_.size();
  // Nearly everybody who asks is close to the head, and a full ring is many cache misses long: back
  // from the end in doubling steps, then between the last two.
  std::size_t high = ring_.size();
  std::size_t low = high;
  for (std::size_t step = 1; low > 0 && ring_[low - 1]->offset > offset; step *= 2) {
    high = low - 1;
    low -= std::min(step, low);
  }
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (ring_[middle]->offset <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool TopicLog::retains_all_after(Offset offset) const {
  if (offset >= head_) return true;
  return !ring_.empty() && ring_[0]->prev <= offset;
}

Cursor TopicLog::before(std::size_t position) const {
  if (position == ring_.size()) return head();
  const auto& entry = *ring_[position];
  return {entry.prev, entry.index - 1};
}

Cursor TopicLog::cursor_at(Offset offset) const {
  if (offset < past_.value_or(0)) return {offset, std::nullopt};
  if (offset == 0) return {0, 0};
  if (offset == head_) return head();
  // Without holes an offset is its own index; with holes only the ring can tell.
  if (head_ == head_index_) return {offset, offset};
  const auto position = position_after(offset);
  if (retains_all_after(offset) && position < ring_.size())
    return {offset, ring_[position]->index - 1};
  return {offset, std::nullopt};
}

const Entry* TopicLog::find_mid(std::string_view mid) const {
  if (!mids_) return nullptr;
  const auto found = mids_->find(mid);
  return found == mids_->end() ? nullptr : found->second;
}

}  // namespace weir::gateway::topics
