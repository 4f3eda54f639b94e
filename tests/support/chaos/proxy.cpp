#include "tests/support/chaos/proxy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>

namespace weir::tests::chaos {
namespace {

constexpr std::size_t events_max = 256;
constexpr std::uint32_t edges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

int require(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category());
  return result;
}

/// Whatever waits here waits in no queue that the gateway could see: buffers are small.
void prepare(int descriptor) {
  constexpr int on = 1;
  constexpr int buffer_bytes = 16 * 1024;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
}

Descriptor make_socket() {
  return Descriptor(require(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
}

}  // namespace

Proxy::Proxy(const sockaddr_in& target, std::uint64_t seed)
    : target_(target),
      random_(seed),
      epoll_(require(::epoll_create1(EPOLL_CLOEXEC))),
      listener_(make_socket()) {
  // Its port may be somebody else's right after it.
  constexpr int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in own = target;
  own.sin_port = 0;
  require(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own));
  require(::listen(listener_.get(), SOMAXCONN));
  watch(listener_.get(), EPOLLIN | EPOLLET);
  watch(STDIN_FILENO, EPOLLIN);
}

std::uint16_t Proxy::port() const {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  require(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &size));
  return ntohs(own.sin_port);
}

bool Proxy::command(std::string_view line) {
  if (line == "reset" || line == "half_close") {
    for (const auto& [key, link] : links_) line == "reset" ? link->reset() : link->half_close();
  } else if (!network_.apply(line)) {
    return false;
  }
  wake_all();
  accept();  // who came while it was frozen
  move_due();
  return true;
}

void Proxy::run() {
  std::array<epoll_event, events_max> events{};
  while (true) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), timeout_ms());
    if (count < 0 && errno != EINTR) require(count);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == STDIN_FILENO) {
        if (!read_input()) return;
      } else if (event.data.fd == listener_.get()) {
        accept();
      } else {
        note(event.data.fd, event.events);
      }
    }
    move_due();
  }
}

bool Proxy::read_input() {
  std::array<char, 256> part{};
  const auto size = ::read(STDIN_FILENO, part.data(), part.size());
  if (size <= 0) return false;
  input_.append(part.data(), static_cast<std::size_t>(size));
  for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
    std::cout << (command(std::string_view(input_).substr(0, end)) ? "ok" : "what?") << std::endl;
    input_.erase(0, end + 1);
  }
  return true;
}

void Proxy::accept() {
  while (!network_.is_frozen) {
    Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client.get() < 0 && errno == EAGAIN) return;
    if (client.get() < 0 && errno == ECONNABORTED) continue;
    require(client.get());
    add(std::move(client));
  }
}

void Proxy::add(Descriptor client) {
  prepare(client.get());
  auto gateway = make_socket();
  prepare(gateway.get());
  const bool is_let_in = !network_.refuses && connect(gateway.get());
  auto link = std::make_unique<Link>(std::move(client), std::move(gateway), network_, random_);
  auto& added = *link;
  links_.emplace(&added, std::move(link));
  if (!is_let_in) {
    added.reset();
    return forget(added);
  }
  for (auto* end : {&added.client(), &added.gateway()}) {
    watched_.emplace(end->socket.get(), Watched{&added, end});
    watch(end->socket.get(), edges);
  }
}

bool Proxy::connect(int descriptor) const {
  const int result =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&target_), sizeof target_);
  return result == 0 || errno == EINPROGRESS;
}

void Proxy::watch(int descriptor, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.fd = descriptor}};
  require(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event));
}

void Proxy::note(int descriptor, std::uint32_t events) {
  const auto found = watched_.find(descriptor);
  if (found == watched_.end()) return;
  constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
  if ((events & (EPOLLIN | EPOLLRDHUP | broken)) != 0) found->second.end->is_readable = true;
  if ((events & (EPOLLOUT | broken)) != 0) found->second.end->is_writable = true;
  wake_at(*found->second.link, Clock::time_point{});
}

void Proxy::move_due() {
  const auto now = Clock::now();
  // Those that want to move on at once wait for the next turn, as all others do.
  const auto due = std::distance(times_.begin(), times_.upper_bound(now));
  std::vector<Link*> links;
  for (auto at = times_.begin(); std::ssize(links) < due; ++at) links.push_back(at->second);
  for (auto* link : links) move(*link);
}

void Proxy::move(Link& link) {
  const auto now = Clock::now();
  if (!link.is_over()) link.move(now);
  if (link.is_over()) return forget(link);
  if (const auto at = link.move_at(now)) return wake_at(link, *at);
  if (const auto found = waking_.find(&link); found != waking_.end()) {
    times_.erase(found->second);
    waking_.erase(found);
  }
}

void Proxy::forget(const Link& link) {
  if (const auto found = waking_.find(&link); found != waking_.end()) {
    times_.erase(found->second);
    waking_.erase(found);
  }
  const auto node = links_.extract(&link);
  watched_.erase(node.mapped()->client().socket.get());
  watched_.erase(node.mapped()->gateway().socket.get());
}

void Proxy::wake_at(Link& link, Clock::time_point time) {
  const auto found = waking_.find(&link);
  if (found != waking_.end()) times_.erase(found->second);
  waking_[&link] = times_.emplace(time, &link);
}

void Proxy::wake_all() {
  for (const auto& [key, link] : links_) wake_at(*link, Clock::time_point{});
}

int Proxy::timeout_ms() const {
  if (times_.empty()) return -1;
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(times_.begin()->first - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, 60'000));
}

}  // namespace weir::tests::chaos
