// What a delivery costs above the kernel: one hub and its sessions without sockets, for profilers
// and for comparing two builds. Prints CPU time per delivery at some window sizes, and the heap
// that an idle session holds.
//
//   build/release/tests/bench/bench_core [sessions] [deliveries in millions]
#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"
#include "tests/bench/core/plain_codec.hpp"
#include "tests/support/anonymous_only.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace weir;
using gateway::Now;
using gateway::WriteBatch;
using gateway::session::Hub;
using gateway::session::Session;
using tests::bench::PlainCodec;

class Everybody final : public gateway::session::Authorizer {
public:
  [[nodiscard]] bool may_subscribe(std::string_view /*filter*/) const override { return true; }
  [[nodiscard]] bool may_read(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return 0; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }
};

class NoLinks final : public gateway::topics::LinkPort {
public:
  [[nodiscard]] bool try_send(gateway::ShardIndex /*to*/,
                              gateway::topics::LinkMessage& /*message*/) override {
    return true;
  }
};

/// A socket that takes everything at once.
class Sink final : public gateway::session::ConnectionPort {
public:
  explicit Sink(std::vector<Sink*>& flushes) : flushes_(flushes) {}
  void request_flush() override {
    if (std::exchange(is_requested_, true)) return;
    flushes_.push_back(this);
  }
  void request_close(protocol::CloseReason /*reason*/) override { std::abort(); }
  void flush(WriteBatch& batch, Now now) {
    is_requested_ = false;
    session->pull(std::size_t{64} * 1024, batch, now);
  }

  std::unique_ptr<Session> session;

private:
  std::vector<Sink*>& flushes_;
  bool is_requested_ = false;
};

double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class Bench {
public:
  explicit Bench(std::size_t sessions) {
    hub_.begin_turn(now_);
    const std::size_t before = ::mallinfo2().uordblks;
    for (std::size_t count = 0; count < sessions; ++count) {
      sinks_.push_back(std::make_unique<Sink>(flushes_));
      Sink& sink = *sinks_.back();
      sink.session = std::make_unique<Session>(
          hub_, sink, Session::Options{.codec = codec_, .authenticator = authenticator_}, now_);
      sink.session->on_message(protocol::MessageType::text, "bench/a", now_);
    }
    publish();
    flush();
    std::printf(
        "%zu sessions: %zu bytes of heap each with one subscription, %zu of them the session "
        "itself\n",
        sessions,
        (::mallinfo2().uordblks - before) / sessions,
        sizeof(Session));
  }

  void measure(std::size_t window, std::size_t deliveries) {
    const std::size_t turns = deliveries / (window * sinks_.size()) + 1;
    const double begin = cpu_ns();
    const std::uint64_t delivered = hub_.counters().deliveries_total;
    for (std::size_t turn = 0; turn < turns; ++turn) {
      now_.steady += std::chrono::milliseconds(1);
      hub_.begin_turn(now_);
      for (std::size_t count = 0; count < window; ++count) publish();
      flush();
      hub_.end_turn();
    }
    const auto count = static_cast<double>(hub_.counters().deliveries_total - delivered);
    std::printf("W=%-3zu %8.1f ns a delivery, %8.1f ns a write\n",
                window,
                (cpu_ns() - begin) / count,
                (cpu_ns() - begin) / static_cast<double>(turns * sinks_.size()));
  }

private:
  void publish() {
    protocol::Publication publication;
    publication.topic = "bench/a";
    publication.payload.bytes = payload_;
    publication.kind = protocol::Kind::stream;
    if (!hub_.accept(std::move(publication))) std::abort();
  }
  void flush() {
    for (Sink* sink : std::exchange(flushes_, {})) {
      batch_.clear();
      sink->flush(batch_, now_);
      bytes_ += batch_.bytes;
    }
  }

  const std::string payload_ = "{\"pad\":\"" + std::string(118, 'x') + "\"}";
  Now now_{.steady = gateway::TimePoint(std::chrono::hours(1)), .unix_ms = 1};
  PlainCodec codec_;
  Everybody everybody_;
  tests::AnonymousOnly authenticator_{&everybody_};
  NoLinks links_;
  Hub hub_{gateway::session::HubOptions{}, links_, nullptr};
  std::vector<Sink*> flushes_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  WriteBatch batch_;
  std::size_t bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t sessions = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  const std::size_t millions = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
  if (sessions == 0) return 1;
  Bench bench(sessions);
  for (const std::size_t window : {1, 16, 64}) bench.measure(window, millions * 1'000'000);
}
