#include "adapters/common/blocking_dial.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace weir::adapters::common {

namespace {

using Clock = std::chrono::steady_clock;
using Dialled = protocol::Result<int, std::string>;

protocol::Unexpected<std::string> fail(int error) {
  return protocol::Unexpected<std::string>(std::generic_category().message(error));
}

/// 0, or why there is no connection by the deadline.
int wait_connected(int descriptor, int interrupt, Clock::time_point deadline) {
  std::array<pollfd, 2> watched{pollfd{descriptor, POLLOUT, 0}, pollfd{interrupt, POLLIN, 0}};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return ETIMEDOUT;
    const int count = poll(watched.data(), watched.size(), static_cast<int>(left));
    if (count < 0 && errno != EINTR) return errno;
    if (count <= 0) continue;
    if (watched[1].revents != 0) return ECANCELED;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
  }
}

Dialled dial_one(const addrinfo& address, int interrupt, Clock::time_point deadline) {
  const int descriptor =
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (descriptor < 0) return fail(errno);
  int error = 0;
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) != 0)
    error = errno == EINPROGRESS ? wait_connected(descriptor, interrupt, deadline) : errno;
  if (error != 0) {
    close(descriptor);
    return fail(error);
  }
  const int on = 1;
  // without it small frames only wait longer
  static_cast<void>(setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  return descriptor;
}

}  // namespace

Dialled blocking_dial(const DialOptions& options) {
  const auto deadline = Clock::now() + options.timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int fault =
      getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  if (fault != 0) return protocol::Unexpected<std::string>(gai_strerror(fault));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  Dialled dialled = protocol::Unexpected<std::string>("the name has no address");
  for (const addrinfo* address = found; address != nullptr && !dialled; address = address->ai_next)
    dialled = dial_one(*address, options.interrupt, deadline);
  return dialled;
}

}  // namespace weir::adapters::common
