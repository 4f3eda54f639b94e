#include "tests/bench/load/sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/socket.h>

namespace weir::tests::bench {

namespace {

/// A socket belongs to the network namespace in which it was made.
Descriptor make_socket(const std::string& network_namespace) {
  constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (network_namespace.empty()) return {::socket(AF_INET, type, 0), "socket"};
  constexpr int flags = O_RDONLY | O_CLOEXEC;
  const Descriptor ours(::open("/proc/self/ns/net", flags), "open /proc/self/ns/net");
  const Descriptor theirs(::open(network_namespace.c_str(), flags), "open the network namespace");
  check_call(::setns(theirs.get(), CLONE_NEWNET), "setns");
  Descriptor socket(::socket(AF_INET, type, 0), "socket");
  check_call(::setns(ours.get(), CLONE_NEWNET), "setns back");
  return socket;
}

}  // namespace

Descriptor connect_to(const Endpoint& endpoint) {
  Descriptor socket = make_socket(endpoint.network_namespace);
  const int on = 1;
  check_call(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  if (const int bytes = endpoint.receive_buffer_bytes; bytes > 0) {
    check_call(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes),
               "SO_RCVBUF");
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  if (::inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error(endpoint.address + " is no IPv4 address");
  }
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
