#include "tests/support/chaos/link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace weir::tests::chaos {
namespace {

constexpr std::size_t read_bytes = std::size_t{16} * 1024;

}  // namespace

Link::Link(Descriptor client, Descriptor gateway, const Network& network, Random& random)
    : network_(&network),
      client_(std::move(client)),
      gateway_(std::move(gateway)),
      up_(network.up, random),
      down_(network.down, random) {
}

void Link::move(Clock::time_point now) {
  read(client_, up_, now);
  read(gateway_, down_, now);
  write(up_, gateway_, now);
  write(down_, client_, now);
}

void Link::read(LinkEnd& from, Pipe& pipe, Clock::time_point now) {
  std::array<char, read_bytes> buffer;
  while (from.is_readable && pipe.wants_more()) {
    const auto size = ::recv(from.socket.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) {
      pipe.take({buffer.data(), static_cast<std::size_t>(size)}, now);
    } else if (size == 0) {
      pipe.end(from.is_broken ? StreamEnd::reset : StreamEnd::closed);
    } else if (errno == EAGAIN) {
      from.is_readable = false;
    } else {
      pipe.end(StreamEnd::reset);
    }
  }
}

void Link::write(Pipe& pipe, LinkEnd& to, Clock::time_point now) {
  while (to.is_writable && !to.is_shut) {
    const auto bytes = pipe.ready(now);
    if (bytes.empty()) return pass_end(pipe, to);
    const auto size = ::send(to.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EAGAIN) {
      to.is_writable = false;
    } else if (size < 0) {
      to.is_broken = to.is_shut = true;
    } else {
      pipe.sent(static_cast<std::size_t>(size), now);
      if (network_->up.split_bytes > 0) return;
    }
  }
}

void Link::pass_end(const Pipe& pipe, LinkEnd& to) {
  const auto end = pipe.end_behind_all();
  if (!end) return;
  if (*end == StreamEnd::reset) return reset();
  to.is_shut = true;
  ::shutdown(to.socket.get(), SHUT_WR);
}

std::optional<Clock::time_point> Link::move_at(Clock::time_point now) const {
  const auto when = [now](const Pipe& pipe, const LinkEnd& from, const LinkEnd& to) {
    std::optional<Clock::time_point> at;
    if (to.is_writable && !to.is_shut) at = pipe.end_behind_all() ? now : pipe.ready_at();
    return from.is_readable && pipe.wants_more() ? now : at;
  };
  const auto up = when(up_, client_, gateway_);
  const auto down = when(down_, gateway_, client_);
  return up && down ? std::min(*up, *down) : up ? up : down;
}

void Link::reset() {
  constexpr linger at_once{.l_onoff = 1, .l_linger = 0};
  for (auto* end : {&client_, &gateway_}) {
    end->is_shut = true;
    ::setsockopt(end->socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
}

}  // namespace weir::tests::chaos
