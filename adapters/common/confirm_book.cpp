#include "adapters/common/confirm_book.hpp"

#include <utility>

namespace weir::adapters::common {

void ConfirmBook::open(std::uint64_t tag, abi::PendingSend send, TimePoint deadline) {
  sends_.emplace(tag, Send{std::move(send), deadline, {}});
}

void ConfirmBook::on_returned(const Returned& returned) {
  const auto at = sends_.find(returned.tag);
  if (at != sends_.end()) at->second.returned = returned.reason;
}

void ConfirmBook::on_confirm(const Confirm& confirm) {
  const auto end_of = sends_.upper_bound(confirm.tag);
  auto at = confirm.is_multiple ? sends_.begin() : sends_.find(confirm.tag);
  // one that is not here has expired
  while (at != end_of && at != sends_.end()) {
    end(at->second, confirm.is_taken);
    at = sends_.erase(at);
  }
}

void ConfirmBook::end(Send& send, bool is_taken) {
  if (!send.returned.empty()) {
    send.pending.refuse(WEIR_ERROR_UNAVAILABLE, send.returned);
  } else if (is_taken) {
    send.pending.accept();
  } else {
    send.pending.refuse(WEIR_ERROR_UNAVAILABLE, "the broker did not take it");
  }
}

void ConfirmBook::on_lost(std::string_view reason) {
  for (auto& [tag, send] : sends_)
    send.pending.unknown("the broker was lost before it confirmed: " + std::string(reason));
  sends_.clear();
}

void ConfirmBook::expire(TimePoint now) {
  while (!sends_.empty() && sends_.begin()->second.deadline <= now) {
    sends_.begin()->second.pending.unknown("the broker has not confirmed it in time");
    sends_.erase(sends_.begin());
  }
}

}  // namespace weir::adapters::common
