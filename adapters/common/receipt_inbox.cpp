#include "adapters/common/receipt_inbox.hpp"

#include "adapters/abi/translation.hpp"

namespace weir::adapters::common {

bool ReceiptInbox::put(const abi::Receipts& receipts) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = notes_.empty();
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const weir_receipt receipt = receipts[i];
    ReceiptNote& note = notes_.emplace_back();
    note.receipt = receipt.receipt;
    if (receipt.error != nullptr) note.error = abi::to_error(receipt.error);
  }
  return was_empty && !notes_.empty();
}

std::vector<ReceiptNote> ReceiptInbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notes_, {});
}

}  // namespace weir::adapters::common
