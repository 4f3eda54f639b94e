#include "adapters/common/outbox.hpp"

#include <utility>

namespace weir::adapters::common {

void Outbox::put(Item item) {
  const std::lock_guard lock(mutex_);
  if (!is_open_) {
    item.pending.refuse(WEIR_ERROR_UNAVAILABLE, reason_);
    return;
  }
  if (items_.size() >= waiting_max) {
    item.pending.refuse(WEIR_ERROR_OVERLOADED, "the broker does not keep up with what it is sent");
    return;
  }
  items_.push_back(std::move(item));
}

std::optional<Outbox::Item> Outbox::take() {
  const std::lock_guard lock(mutex_);
  if (items_.empty()) return std::nullopt;
  std::optional<Item> item(std::move(items_.front()));
  items_.pop_front();
  return item;
}

void Outbox::expire(TimePoint now) {
  const std::lock_guard lock(mutex_);
  while (!items_.empty() && items_.front().deadline <= now) {
    items_.front().pending.refuse(WEIR_ERROR_UNAVAILABLE, "the broker takes nothing at present");
    items_.pop_front();
  }
}

void Outbox::open() {
  const std::lock_guard lock(mutex_);
  is_open_ = true;
}

void Outbox::shut(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  is_open_ = false;
  reason_ = reason;
  for (Item& item : items_) item.pending.refuse(WEIR_ERROR_UNAVAILABLE, reason_);
  items_.clear();
}

}  // namespace weir::adapters::common
