#pragma once

#include "protocol/core/error.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::common {

/// One receipt on its way to the thread of an adapter.
struct ReceiptNote {
  std::uint64_t receipt = 0;
  std::optional<protocol::Error> error;
};

/// Carries receipts from any thread to the thread of an adapter, many with one wake-up. What is in
/// it is bounded by the entries that have no receipt yet.
class ReceiptInbox {
public:
  /// Any thread. True: it was empty, so that thread must be woken.
  [[nodiscard]] bool put(const abi::Receipts& receipts);
  [[nodiscard]] std::vector<ReceiptNote> take();

private:
  std::mutex mutex_;
  std::vector<ReceiptNote> notes_;
};

}  // namespace weir::adapters::common
