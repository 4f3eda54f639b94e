#include "gateway/app/door.hpp"

#include "adapters/common/wake_up.hpp"
#include "tests/support/await_signal.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace weir::gateway::app {

TEST_CASE("a door gives back what was pushed, in order") {
  Door<std::string> door(4);
  for (std::string text : {"a", "b", "c"}) REQUIRE(door.try_push(text));
  CHECK(door.size() == 3);
  std::string out;
  for (const std::string text : {"a", "b", "c"}) {
    REQUIRE(door.try_pop(out));
    CHECK(out == text);
  }
  CHECK_FALSE(door.try_pop(out));
  CHECK(door.size() == 0);
}

TEST_CASE("a full door leaves the item alone, and tells once when there is room") {
  Door<std::string> door(3);  // 4 in fact
  for (std::string text : {"a", "b", "c", "d"}) REQUIRE(door.try_push(text));
  CHECK_FALSE(door.give_room());

  std::string refused = "e";
  CHECK_FALSE(door.try_push(refused));
  CHECK(refused == "e");
  CHECK_FALSE(door.take_room());

  std::string out;
  REQUIRE(door.try_pop(out));
  CHECK(door.give_room());
  CHECK_FALSE(door.give_room());
  CHECK(door.take_room());
  CHECK_FALSE(door.take_room());
  CHECK(door.try_push(refused));
}

TEST_CASE("what was taken does not live on in the door") {
  Door<std::shared_ptr<int>> door(4);
  auto item = std::make_shared<int>(1);
  auto pushed = item;
  REQUIRE(door.try_push(pushed));
  std::shared_ptr<int> out;
  REQUIRE(door.try_pop(out));
  CHECK(item.use_count() == 2);
}

TEST_CASE("two threads pass everything in order through a door that is often full") {
  constexpr int count = 100'000;
  Door<int> door(1);
  adapters::common::WakeUp sender_wake_up;
  adapters::common::WakeUp receiver_wake_up;

  std::thread sender([&] {
    for (int i = 0; i < count;) {
      int item = i;
      if (door.try_push(item)) {
        receiver_wake_up.signal();
        ++i;
      } else {
        while (!door.take_room()) {
          if (!await_signal(sender_wake_up)) return;
        }
      }
    }
  });
  int expected = 0;
  bool is_in_order = true;
  while (expected < count && await_signal(receiver_wake_up)) {
    int item = 0;
    while (door.try_pop(item)) is_in_order = (item == expected++) && is_in_order;
    if (door.give_room()) sender_wake_up.signal();
  }
  sender.join();
  CHECK(expected == count);
  CHECK(is_in_order);
}

}  // namespace weir::gateway::app
