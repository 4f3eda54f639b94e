#include "adapters/common/receipt_inbox.hpp"

#include "adapters/abi/text.hpp"

#include <doctest/doctest.h>

#include <array>

namespace weir::adapters::common {

TEST_CASE("the first receipts wake the thread, those behind them ride along") {
  weir_error error{};
  abi::fill_error(&error, WEIR_ERROR_WRONG_KIND, "a record");
  std::array<weir_receipt, 2> items{};
  for (auto& item : items) item.size = sizeof item;
  items[0].receipt = 4;
  items[1].receipt = 5;
  items[1].error = &error;

  ReceiptInbox inbox;
  CHECK_FALSE(inbox.put(abi::Receipts(items.data(), 0)));
  CHECK(inbox.put(abi::Receipts(items.data(), items.size())));
  CHECK_FALSE(inbox.put(abi::Receipts(items.data(), 1)));
  const auto notes = inbox.take();
  REQUIRE(notes.size() == 3);
  CHECK(notes[0].receipt == 4);
  CHECK_FALSE(notes[0].error);
  CHECK(notes[1].error == protocol::Error{protocol::ErrorCode::wrong_kind, "a record"});
  CHECK(inbox.take().empty());
  CHECK(inbox.put(abi::Receipts(items.data(), 1)));
}

}  // namespace weir::adapters::common
