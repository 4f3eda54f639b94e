// Fast feeds and slow readers.
#include "tests/integration/app/running_app.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace weir::tests::app {
namespace {

constexpr int entries = 5'000;

/// What a subscriber of the one topic has seen, up to its last entry.
struct Account {
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;  ///< inside gaps
  int last = 0;            ///< value
  std::string fault;

  /// The values are 1, 2, 3 ... so that each is its own offset.
  void take(const json& message) {
    if (message.value("op", "") == "gap") {
      const auto from = message.at("from").get<int>();
      const auto to = message.at("to").get<int>();
      if (from != last) fault = "a gap that does not begin at the last entry: " + message.dump();
      if (message.value("lost", -1) != to - from) fault = "not exact: " + message.dump();
      lost += static_cast<std::uint64_t>(to - from);
      last = to;
    } else if (message.contains("d")) {
      const auto value = message.at("d").at("n").get<int>();
      if (value <= last) fault = "not rising: " + message.dump();
      if (is_all && value != last + 1) fault = "a silent loss before " + message.dump();
      last = value;
      ++delivered;
    }
  }
  bool is_all = false;
};

/// One subscriber of the topic.
struct Reader {
  Reader(std::uint16_t port, const std::string& delivery) : client(port) {
    account.is_all = delivery == "all";
    client.subscribe("fast/1", {{"delivery", delivery}});
  }
  void read_to(int last) {
    while (account.last < last && account.fault.empty()) {
      const auto message = client.next();
      if (message) {
        account.take(*message);
      } else {
        account.fault = "closed with " + std::to_string(client.close_code());
      }
    }
  }

  WebSocketClient client;
  Account account;
};

Account read_to_end(std::uint16_t port, const std::string& delivery, int last) {
  Reader reader(port, delivery);
  reader.read_to(last);
  return reader.account;
}

std::string entry(int n, std::size_t padding = 20) {
  return R"({"n":)" + std::to_string(n) + R"(,"padding":")" + std::string(padding, 'x') + "\"}";
}

std::uint64_t metric(RunningApp& running,
                     std::uint64_t gateway::metrics::MetricsSnapshot::* member) {
  const auto snapshot = running.app().measure();
  REQUIRE(snapshot);
  return (*snapshot).*member;
}

void wait_for_subscriptions(RunningApp& running, std::uint64_t count) {
  REQUIRE(running.eventually(
      [&] { return metric(running, &gateway::metrics::MetricsSnapshot::subscriptions) == count; }));
}

}  // namespace

TEST_CASE("a feed as fast as it goes: every entry or an exact gap, and the last value for all") {
  for (const std::uint32_t shards : {1U, 4U}) {
    CAPTURE(shards);
    RunningApp running(shards);
    constexpr int readers = 12;
    std::vector<Account> accounts(readers);
    std::vector<std::thread> threads;
    for (int i = 0; i < readers; ++i) {
      threads.emplace_back([&, i] {
        accounts[static_cast<std::size_t>(i)] =
            read_to_end(running.port(), i % 3 == 0 ? "latest" : "all", entries);
      });
    }
    wait_for_subscriptions(running, readers);
    for (int n = 1; n <= entries; ++n) running.adapter().publish_patiently("fast/1", entry(n));
    for (auto& thread : threads) thread.join();
    for (const auto& account : accounts) {
      CHECK(account.fault == "");
      CHECK(account.last == entries);
      if (account.is_all) CHECK(account.delivered + account.lost == entries);
    }
  }
}

TEST_CASE("a burst that a ring can hold reaches a reader entry by entry, however fast it comes") {
  RunningApp running(2);
  constexpr int burst = 500;
  std::vector<Account> accounts(4);
  std::vector<std::thread> threads;
  for (auto& account : accounts) {
    threads.emplace_back([&] { account = read_to_end(running.port(), "all", burst); });
  }
  wait_for_subscriptions(running, accounts.size());
  // All of it fits into a socket's buffers, so only the gateway could lose one.
  for (int n = 1; n <= burst; ++n) running.adapter().publish_patiently("fast/1", entry(n, 0));
  for (auto& thread : threads) thread.join();
  for (const auto& account : accounts) {
    CHECK(account.fault == "");
    CHECK(account.delivered == burst);
  }
}

TEST_CASE("a client that stops reading changes nothing for the others, and is closed in time") {
  auto config = RunningApp::config(2);
  config.limits.write_progress_ms = 1000;
  RunningApp running(config);
  WebSocketClient stalled(running.port(), 4096);
  stalled.subscribe("fast/1", {{"delivery", "all"}});

  constexpr int paced = 3'000;
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 4; ++i) readers.push_back(std::make_unique<Reader>(running.port(), "all"));
  for (int n = 1; n <= paced; ++n) {
    running.adapter().publish_patiently("fast/1", entry(n, 500));
    // At the pace of those who read, so that only the stalled one can be behind.
    if (n % 16 != 0 && n != paced) continue;
    for (const auto& reader : readers) reader->read_to(n);
  }
  for (const auto& reader : readers) {
    CHECK(reader->account.fault == "");
    CHECK(reader->account.lost == 0);
    CHECK(reader->account.delivered == paced);
  }
  readers.clear();
  // The others have left by themselves; nothing but its deadline ends this one.
  CHECK(running.eventually(
      [&] { return metric(running, &gateway::metrics::MetricsSnapshot::sessions_open) == 0; }));
  const auto body = http_get(running.admin_port(), "/metrics").body;
  CHECK(body.find("weir_net_exceeded_limits_total{limit=\"write_progress_ms\"} 1\n") !=
        std::string::npos);
}

}  // namespace weir::tests::app
