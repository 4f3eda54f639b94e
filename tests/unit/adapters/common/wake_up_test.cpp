#include "adapters/common/wake_up.hpp"

#include "tests/support/await_signal.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <unistd.h>
#include <vector>

namespace weir::adapters::common {

TEST_CASE("many signals before anybody looks are one") {
  WakeUp wake_up;
  CHECK_FALSE(is_signalled(wake_up));
  for (int i = 0; i < 3; ++i) wake_up.signal();
  std::uint64_t count = 0;
  REQUIRE(read(wake_up.descriptor(), &count, sizeof count) == sizeof count);
  CHECK(count == 1);
}

TEST_CASE("a signal after the acknowledgement is a new one") {
  WakeUp wake_up;
  wake_up.signal();
  wake_up.acknowledge();
  CHECK_FALSE(is_signalled(wake_up));
  wake_up.signal();
  CHECK(is_signalled(wake_up));
}

TEST_CASE("what is put down before a signal is always seen") {
  constexpr int per_sender = 20'000;
  constexpr int senders = 2;
  WakeUp wake_up;
  std::atomic<int> put_down = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < senders; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < per_sender; ++n) {
        ++put_down;
        wake_up.signal();
      }
    });
  }
  int seen = 0;
  // A lost signal would end in the time-out.
  while (seen < senders * per_sender && await_signal(wake_up)) seen = put_down;
  for (auto& thread : threads) thread.join();
  CHECK(seen == senders * per_sender);
}

TEST_CASE("a signal stays until it is acknowledged, however often it was given") {
  WakeUp wake_up;
  CHECK_FALSE(is_signalled(wake_up));
  wake_up.signal();
  wake_up.signal();
  CHECK(is_signalled(wake_up));
  wake_up.acknowledge();
  CHECK_FALSE(is_signalled(wake_up));
  wake_up.signal();
  CHECK(is_signalled(wake_up));
}

}  // namespace weir::adapters::common
