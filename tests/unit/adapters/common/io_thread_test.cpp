#include "adapters/common/io_thread.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::adapters::common {

TEST_CASE("work runs in order on one thread, and stop waits for what was posted before") {
  std::vector<int> seen;
  IoThread thread;
  for (int i = 0; i < 3; ++i) thread.post([&seen, i] { seen.push_back(i); });
  thread.start([](const char*) {});
  thread.stop([&] { seen.push_back(9); });
  thread.stop([&] { seen.push_back(10); });
  CHECK(seen == std::vector<int>{0, 1, 2, 9});
}

TEST_CASE("what work throws is told, and the thread goes on") {
  std::string reason;
  std::promise<void> after;
  IoThread thread;
  thread.start([&](const char* text) { reason = text; });
  thread.post([] { throw std::runtime_error("boom"); });
  thread.post([&] { after.set_value(); });
  after.get_future().wait();
  thread.stop();
  CHECK(reason == "boom");
}

TEST_CASE("a thread that was never started can be stopped") {
  IoThread thread;
  thread.post([] { FAIL("must not run"); });
  thread.stop();
}

}  // namespace weir::adapters::common
