// What a delivery costs above the kernel: one hub and its sessions without sockets, for profilers
// and for comparing two builds. Prints CPU time per delivery at some window sizes, and the heap
// that an idle session holds.
//
//   build/release/tests/bench/bench_core [sessions] [deliveries in millions]
#include "tests/bench/core/hub_bench.hpp"
#include "tests/bench/core/plain_codec.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <string>

namespace {

using namespace weir;
using tests::bench::HubBench;

double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class Bench {
public:
  explicit Bench(std::size_t sessions) {
    hub_.begin_turn();
    const std::size_t before = ::mallinfo2().uordblks;
    for (std::size_t count = 0; count < sessions; ++count) hub_.add_session("bench/a");
    publish();
    hub_.flush();
    std::printf(
        "%zu sessions: %zu bytes of heap each with one subscription, %zu of them the session "
        "itself\n",
        sessions,
        (::mallinfo2().uordblks - before) / sessions,
        sizeof(gateway::session::Session));
  }

  void measure(std::size_t window, std::size_t deliveries) {
    const std::size_t turns = deliveries / (window * hub_.sessions()) + 1;
    const double begin = cpu_ns();
    const std::uint64_t delivered = hub_.deliveries();
    for (std::size_t turn = 0; turn < turns; ++turn) {
      hub_.begin_turn();
      for (std::size_t count = 0; count < window; ++count) publish();
      hub_.flush();
      hub_.end_turn();
    }
    const auto count = static_cast<double>(hub_.deliveries() - delivered);
    std::printf("W=%-3zu %8.1f ns a delivery, %8.1f ns a write\n",
                window,
                (cpu_ns() - begin) / count,
                (cpu_ns() - begin) / static_cast<double>(turns * hub_.sessions()));
  }

private:
  void publish() {
    protocol::Publication publication;
    publication.topic = "bench/a";
    publication.payload.bytes = payload_;
    publication.kind = protocol::Kind::stream;
    hub_.publish(std::move(publication));
  }

  const std::string payload_ = "{\"pad\":\"" + std::string(118, 'x') + "\"}";
  tests::bench::PlainCodec codec_;
  HubBench hub_{codec_};
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t sessions = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  const std::size_t millions = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
  if (sessions == 0) return 1;
  Bench bench(sessions);
  for (const std::size_t window : {1, 16, 64}) bench.measure(window, millions * 1'000'000);
}
