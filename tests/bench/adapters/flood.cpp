#include "tests/bench/adapters/flood.hpp"

#include "tests/bench/load/stamp.hpp"

#include <chrono>
#include <ctime>
#include <exception>
#include <pthread.h>
#include <sched.h>
#include <stdexcept>

namespace weir::tests::bench {

namespace {

constexpr std::uint64_t burst = 100;  // published between two looks at what has arrived
constexpr std::chrono::microseconds rest{50};
constexpr std::chrono::milliseconds between_probes{1};

std::uint64_t thread_cpu_us() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(used.tv_nsec) / 1000;
}

void run_on(int core) {
  if (core < 0) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores);
}

}  // namespace

Flood::Flood(const Options& options) : options_(options), thread_([this] { run(); }) {
}

Flood::~Flood() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Flood::stop() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (!fault_.empty()) throw std::runtime_error("the publisher: " + fault_);
}

void Flood::run() {
  run_on(options_.core);
  try {
    publish_all();
  } catch (const std::exception& error) {
    fault_ = error.what();
  }
  has_ended_ = true;
}

void Flood::publish_all() {
  const auto publisher = make_publisher(options_.place);
  std::string data;
  std::uint64_t sequence = 0;
  while (!is_stopping_) {
    const std::uint64_t arrived = arrived_;
    if (arrived > 0 && sequence + burst > arrived + options_.window) {
      std::this_thread::sleep_for(rest);
      continue;
    }
    const std::uint64_t last = sequence + (arrived > 0 ? burst : 1);
    while (sequence < last) {
      data.clear();
      append_data(data, {.sequence = ++sequence, .sent_ns = now_ns()}, options_.data_bytes);
      publisher->publish(data);
    }
    publisher->flush();
    cpu_us_ = thread_cpu_us();
    if (arrived == 0) std::this_thread::sleep_for(between_probes);
  }
}

}  // namespace weir::tests::bench
