#include "gateway/app/inbox.hpp"

#include "adapters/common/wake_up.hpp"
#include "tests/support/await_signal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

namespace weir::gateway::app {
namespace {

Admission push(Inbox<std::string>& inbox, std::string text, std::size_t bytes = 0) {
  return inbox.push(text, bytes);
}

}  // namespace

TEST_CASE("an inbox says slow down at its limit, and refuses at twice that") {
  Inbox<std::string> inbox({.items = 2, .bytes = 1000});
  CHECK(push(inbox, "a") == Admission::accepted);
  CHECK(push(inbox, "b") == Admission::slow_down);
  CHECK(push(inbox, "c") == Admission::slow_down);
  CHECK(push(inbox, "d") == Admission::slow_down);
  std::string refused = "e";
  CHECK(inbox.push(refused) == Admission::refused);
  CHECK(refused == "e");
  CHECK(inbox.size() == 4);
}

TEST_CASE("bytes are limited as items are") {
  Inbox<std::string> inbox({.items = 100, .bytes = 10});
  CHECK(push(inbox, "a", 9) == Admission::accepted);
  CHECK(push(inbox, "b", 1) == Admission::slow_down);
  CHECK(push(inbox, "c", 10) == Admission::slow_down);
  CHECK(push(inbox, "d", 1) == Admission::refused);
  std::vector<std::string> out;
  inbox.take(3, out);
  CHECK(push(inbox, "d", 9) == Admission::accepted);
}

TEST_CASE("taking is bounded, in order, and tells once that there is room") {
  Inbox<std::string> inbox({.items = 4, .bytes = 1000});
  for (const char* text : {"a", "b", "c", "d", "e"}) std::ignore = push(inbox, text);
  std::vector<std::string> out;

  auto taken = inbox.take(2, out);
  CHECK(out == std::vector<std::string>{"a", "b"});
  CHECK(taken.has_more);
  CHECK_FALSE(taken.has_made_room);  // three of four are still there

  taken = inbox.take(2, out);
  CHECK(taken.has_more);
  CHECK(taken.has_made_room);

  taken = inbox.take(2, out);
  CHECK(out == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK_FALSE(taken.has_more);
  CHECK_FALSE(taken.has_made_room);
}

TEST_CASE("senders on many threads lose nothing, and each keeps its order") {
  constexpr std::size_t senders = 3;
  constexpr int per_sender = 20'000;
  struct Item {
    std::size_t sender = 0;
    int number = 0;
  };
  Inbox<Item> inbox({.items = 64, .bytes = 1000});
  adapters::common::WakeUp receiver_wake_up;
  std::array<adapters::common::WakeUp, senders> sender_wake_ups;

  std::vector<std::thread> threads;
  for (std::size_t sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      for (int number = 0; number < per_sender;) {
        Item item{sender, number};
        const auto admission = inbox.push(item);
        if (admission != Admission::refused) ++number;
        receiver_wake_up.signal();
        if (admission != Admission::accepted && !await_signal(sender_wake_ups[sender])) return;
      }
    });
  }
  std::array<int, senders> expected{};
  std::size_t total = 0;
  std::size_t most = 0;
  bool is_in_order = true;
  std::vector<Item> items;
  while (total < senders * per_sender && await_signal(receiver_wake_up)) {
    for (bool has_more = true; has_more;) {
      most = std::max(most, inbox.size());
      items.clear();
      const auto taken = inbox.take(16, items);
      has_more = taken.has_more;
      for (const auto& item : items) {
        is_in_order = item.number == expected.at(item.sender)++ && is_in_order;
        ++total;
      }
      if (!taken.has_made_room) continue;
      for (auto& wake_up : sender_wake_ups) wake_up.signal();
    }
  }
  for (auto& thread : threads) thread.join();
  CHECK(total == senders * per_sender);
  CHECK(is_in_order);
  CHECK(most <= 128);
}

}  // namespace weir::gateway::app
