#include "tests/support/swarm/swarm.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>
#include <utility>

namespace weir::tests::swarm {
namespace {

constexpr auto tick_length = std::chrono::milliseconds(20);
/// Clients that begin in one tick: all at once is what tests do to them later.
constexpr std::size_t starts_per_tick = 50;
constexpr std::size_t ticks_per_report = 10;

std::string text_of(const Findings& findings) {
  return fmt::format(R"({{"entries":{},"lost":{},"duplicated":{},"reordered":{},"unreported":{},)"
                     R"("phantom":{},"gaps":{},"in_gaps":{}}})",
                     findings.entries,
                     findings.lost,
                     findings.duplicated,
                     findings.reordered,
                     findings.unreported,
                     findings.phantom,
                     findings.gaps,
                     findings.in_gaps);
}

}  // namespace

Swarm::Swarm(SwarmOptions options)
    : options_(std::move(options)), timer_(context_), input_(context_, ::dup(STDIN_FILENO)) {
  clients_.reserve(options_.clients);
  for (std::size_t i = 0; i < options_.clients; ++i) {
    const auto topic = "swarm/" + std::to_string(i % options_.topics);
    clients_.push_back(std::make_unique<SwarmClient>(context_, options_.urls, i, topic));
  }
}

void Swarm::run() {
  wait_for_input();
  next_tick();
  context_.run();
}

void Swarm::wait_for_input() {
  input_.async_read_some(boost::asio::buffer(unread_), [this](const auto& error, std::size_t) {
    if (error) return context_.stop();
    wait_for_input();
  });
}

void Swarm::next_tick() {
  timer_.expires_after(tick_length);
  timer_.async_wait([this](const auto& error) {
    if (error) return;
    tick();
    next_tick();
  });
}

void Swarm::tick() {
  const auto wanted = std::min(started_ + starts_per_tick, clients_.size());
  for (; started_ < wanted; ++started_) clients_[started_]->start();
  const auto now = std::chrono::steady_clock::now();
  for (const auto& client : clients_) {
    if (client->deadline() <= now) client->tick();
  }
  if (++ticks_ % ticks_per_report == 0) std::cout << report() << std::endl;
}

std::string Swarm::report() const {
  Findings received;
  Findings told;
  std::size_t ready = 0;
  std::size_t arrivals = 0;
  auto last = ~std::uint64_t{0};
  for (const auto& client : clients_) {
    received += client->received().findings();
    told += client->told().findings();
    ready += client->is_ready() ? 1U : 0U;
    arrivals += client->arrivals();
    last = std::min(last, client->told().last());
  }
  return fmt::format(
      R"({{"clients":{},"ready":{},"arrivals":{},"last":{},"received":{},"told":{}}})",
      clients_.size(),
      ready,
      arrivals,
      last,
      text_of(received),
      text_of(told));
}

}  // namespace weir::tests::swarm
