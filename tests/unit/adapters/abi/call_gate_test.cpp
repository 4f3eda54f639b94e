#include "adapters/abi/call_gate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weir::adapters::abi {

TEST_CASE("calls pass until the gate is closed, and a call inside may enter again") {
  CallGate gate;
  {
    const CallGate::Pass outer(gate);
    const CallGate::Pass inner(gate);
    CHECK(static_cast<bool>(outer));
    CHECK(static_cast<bool>(inner));
  }
  gate.close();
  CHECK_FALSE(static_cast<bool>(CallGate::Pass(gate)));
  gate.close();
}

TEST_CASE("closing waits for those inside") {
  CallGate gate;
  std::atomic<bool> is_over = false;
  std::atomic<int> entered = 0;
  std::atomic<int> late = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (;;) {
        const CallGate::Pass pass(gate);
        if (!pass) return;
        if (is_over) ++late;
        ++entered;
      }
    });
  while (entered < 1000) std::this_thread::yield();
  gate.close();
  is_over = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(late == 0);
}

}  // namespace weir::adapters::abi
