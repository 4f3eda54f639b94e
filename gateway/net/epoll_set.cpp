#include "gateway/net/epoll_set.hpp"

#include <array>
#include <cassert>
#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

namespace weir::gateway::net {
namespace {

constexpr int events_max = 512;  ///< of one dispatch

epoll_event event_for(EpollSet::Watched& watched) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watched;
  return event;
}

}  // namespace

EpollSet::EpollSet() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

EpollSet::~EpollSet() {
  ::close(descriptor_);
}

bool EpollSet::add(int descriptor, Watched& watched) {
  auto event = event_for(watched);
  return ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void EpollSet::hand_over(int descriptor, Watched& watched) {
  auto event = event_for(watched);
  [[maybe_unused]] const auto result = ::epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event);
  assert(result == 0);
}

bool EpollSet::dispatch() {
  std::array<epoll_event, events_max> events;
  const auto count = ::epoll_wait(descriptor_, events.data(), events_max, 0);
  for (int i = 0; i < count; ++i) {
    const auto& [flags, data] = events[static_cast<std::size_t>(i)];
    const bool has_ended = (flags & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    static_cast<Watched*>(data.ptr)->on_ready({.can_read = has_ended || (flags & EPOLLIN) != 0,
                                               .can_write = (flags & EPOLLOUT) != 0,
                                               .has_ended = has_ended});
  }
  return count == events_max;
}

}  // namespace weir::gateway::net
