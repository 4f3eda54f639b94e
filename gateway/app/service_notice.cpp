#include "gateway/app/service_notice.hpp"

#include <chrono>
#include <cstddef>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace weir::gateway::app {

void ServiceNotice::reloading() const {
  // systemd has to know that what follows is newer than its signal.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}

void ServiceNotice::send(std::string_view text) const {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (address_.empty() || address_.size() >= sizeof address.sun_path) return;
  address_.copy(address.sun_path, address_.size());
  if (address_.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ::sendto(descriptor,
           text.data(),
           text.size(),
           MSG_NOSIGNAL | MSG_DONTWAIT,
           static_cast<const sockaddr*>(static_cast<const void*>(&address)),
           size);
  ::close(descriptor);
}

}  // namespace weir::gateway::app
