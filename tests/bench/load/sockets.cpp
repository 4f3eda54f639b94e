#include "tests/bench/load/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace weir::tests::bench {

Descriptor connect_loopback(std::uint16_t port, int receive_buffer_bytes) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  check_call(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  if (receive_buffer_bytes > 0) {
    check_call(::setsockopt(socket.get(),
                            SOL_SOCKET,
                            SO_RCVBUF,
                            &receive_buffer_bytes,
                            sizeof receive_buffer_bytes),
               "SO_RCVBUF");
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int result =
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (result < 0 && errno != EINPROGRESS) check_call(result, "connect");
  return socket;
}

void raise_file_limit() {
  rlimit limit{};
  check_call(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  check_call(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

}  // namespace weir::tests::bench
