#include "tests/bench/load/fleet.hpp"

#include "tests/bench/load/sockets.hpp"
#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace weir::tests::bench {

namespace {

constexpr std::size_t read_bytes_max = std::size_t{64} * 1024;
/// Opening handshakes at the same time: fewer than a listener's backlog.
constexpr std::size_t opening_max = 128;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t connect_ns_max = 60 * second_ns;
constexpr std::int64_t slow_read_interval_ns = second_ns / 20;
/// One that could not read in time catches up with no more than this.
constexpr std::int64_t slow_read_debt_ns_max = second_ns / 2;
constexpr std::int64_t tick_interval_ns = 5 * second_ns;
/// What client libraries wait before they connect again, more or less.
constexpr std::int64_t return_ns = 2 * second_ns;

}  // namespace

Subscription Group::subscription_of(std::size_t index) const {
  Subscription wanted = subscription;
  if (!spread.max_rates.empty())
    wanted.max_rate = spread.max_rates[index % spread.max_rates.size()];
  if (spread.topics.empty() || spread.is_wildcard) return wanted;
  const TopicSlice slice = slice_of(index);
  wanted.topic = spread.topics[slice.first];
  for (std::size_t more = 1; more < slice.count; ++more) {
    wanted.further_topics.push_back(spread.topics[(slice.first + more) % spread.topics.size()]);
  }
  return wanted;
}

TopicSlice Group::slice_of(std::size_t index) const {
  const std::size_t topics = spread.topics.size();
  if (topics == 0) return {};
  if (spread.is_wildcard) return {.first = 0, .count = topics, .of = topics};
  return {.first = index * spread.topics_each % topics, .count = spread.topics_each, .of = topics};
}

Fleet::Fleet() : epoll_(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"), buffer_(read_bytes_max) {
}

void Fleet::connect(Group& group, std::size_t count) {
  const std::int64_t begin = now_ns();
  const std::size_t wanted = group.live + count;
  std::size_t opened = group.live;
  std::int64_t next_report = begin + second_ns;
  while (group.live < wanted) {
    for (; opened < wanted && opened - group.live < opening_max; ++opened) open(group);
    poll(now_ns() + second_ns / 10);
    if (group.tally.closed > 0 || now_ns() > begin + connect_ns_max) {
      throw std::runtime_error("only " + std::to_string(group.live) + " of " +
                               std::to_string(wanted) + " subscribers were let in");
    }
    if (now_ns() > next_report) {
      std::fprintf(stderr, "    %zu of %zu connected\n", group.live, wanted);
      next_report += second_ns;
    }
  }
}

void Fleet::poll(std::int64_t until) {
  const std::int64_t now = now_ns();
  reopen(now);
  tick(now);
  read_slow_ones(now);
  for (const Client* client : slow_) until = std::min(until, client->next_read_ns);
  const std::int64_t left = std::max<std::int64_t>(until - now, 0);
  const timespec timeout{.tv_sec = left / second_ns, .tv_nsec = left % second_ns};
  std::array<epoll_event, 256> events{};
  const int count = ::epoll_pwait2(
      epoll_.get(), events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  if (count < 0 && errno == EINTR) return;
  check_call(count, "epoll_pwait2");
  for (int index = 0; index < count; ++index) {
    const epoll_event& event = events.at(static_cast<std::size_t>(index));
    on_ready(*static_cast<Client*>(event.data.ptr), event.events);
  }
}

void Fleet::open(Group& group) {
  const std::size_t index = group.opened++;
  clients_.push_back(std::make_unique<Client>(
      Client{.channel = Channel(group.endpoint, tls_),
             .group = group,
             .subscriber = Subscriber(group.subscription.host,
                                      group.make_dialect(group.subscription_of(index)),
                                      group.tally,
                                      group.slice_of(index))}));
  watch(*clients_.back(), EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void Fleet::on_ready(Client& client, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush(client);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(client, read_bytes_max);
}

void Fleet::read(Client& client, std::size_t bytes_max) {
  do {  // what TLS holds ready does not make the socket readable again
    const ssize_t received =
        client.channel.receive(buffer_.data(), std::min(bytes_max, buffer_.size()));
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    take(client, received);
  } while (client.channel.is_tls() && client.subscriber.state() != Subscriber::State::ended);
}

void Fleet::take(Client& client, ssize_t received) {
  if (received <= 0) {
    client.subscriber.on_end();
  } else {
    client.subscriber.on_bytes({buffer_.data(), static_cast<std::size_t>(received)}, now_ns());
  }
  if (client.subscriber.state() == Subscriber::State::ended) {
    end(client);
    return;
  }
  if (!client.subscriber.output().empty()) flush(client);
  if (!client.is_live && client.subscriber.state() == Subscriber::State::live) {
    client.is_live = true;
    ++client.group.live;
    if (client.group.reading == Reading::slowly) begin_to_read_slowly(client);
  }
}

void Fleet::begin_to_read_slowly(Client& client) {
  watch(client, EPOLL_CTL_DEL, 0);
  client.is_slow = true;
  client.next_read_ns = now_ns();
  slow_.push_back(&client);
}

void Fleet::flush(Client& client) {
  std::string& output = client.subscriber.output();
  if (!output.empty()) {
    const ssize_t sent = client.channel.send(output);
    if (sent < 0 && errno != EAGAIN) return;  // the read that follows says the same
    if (sent > 0) output.erase(0, static_cast<std::size_t>(sent));
  }
  if (client.is_slow || client.is_watched_for_output != output.empty()) return;
  client.is_watched_for_output = !output.empty();
  watch(client, EPOLL_CTL_MOD, output.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Fleet::watch(Client& client, int operation, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &client}};
  check_call(::epoll_ctl(epoll_.get(), operation, client.channel.socket(), &event), "epoll_ctl");
}

void Fleet::end(Client& client) {
  std::erase(slow_, &client);
  client.channel.close();
  if (!client.group.comes_back) return;
  if (client.is_live) --client.group.live;
  returns_.push_back({.group = client.group, .at_ns = now_ns() + return_ns});
}

void Fleet::read_slow_ones(std::int64_t now) {
  const std::vector<Client*> clients = slow_;  // one that ends leaves the list
  for (Client* client : clients) {
    if (now < client->next_read_ns) continue;
    client->next_read_ns =
        std::max(client->next_read_ns, now - slow_read_debt_ns_max) + slow_read_interval_ns;
    if (!client->subscriber.output().empty()) flush(*client);
    if (client->group.bytes_per_s == 0) continue;
    constexpr std::size_t intervals_per_s = second_ns / slow_read_interval_ns;
    read(*client, std::max<std::size_t>(client->group.bytes_per_s / intervals_per_s, 1));
  }
}

/// Those who read at once answer what the server asks, which is sign of life enough.
void Fleet::tick(std::int64_t now) {
  if (now < next_tick_ns_) return;
  next_tick_ns_ = now + tick_interval_ns;
  for (Client* client : slow_) {
    client->subscriber.on_tick();
    flush(*client);
  }
}

void Fleet::reopen(std::int64_t now) {
  while (!returns_.empty() && now >= returns_.front().at_ns) {
    Group& group = returns_.front().group;
    returns_.pop_front();
    open(group);
  }
}

}  // namespace weir::tests::bench
