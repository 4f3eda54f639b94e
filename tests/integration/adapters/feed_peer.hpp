#pragma once

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace weir::tests {

/// A blocking socket of a test, with a deadline of ten seconds for each read.
class FeedPeer {
public:
  explicit FeedPeer(int descriptor) : descriptor_(descriptor) {
    REQUIRE(descriptor_ >= 0);
    const timeval deadline{.tv_sec = 10, .tv_usec = 0};
    REQUIRE(::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline) == 0);
  }
  ~FeedPeer() { close(); }
  FeedPeer(FeedPeer&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), rest_(std::move(other.rest_)) {}
  FeedPeer(const FeedPeer&) = delete;
  FeedPeer& operator=(const FeedPeer&) = delete;
  FeedPeer& operator=(FeedPeer&&) = delete;

  /// Connects to 127.0.0.1.
  static FeedPeer connect(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    const void* generic = &address;
    REQUIRE(::connect(descriptor, static_cast<const sockaddr*>(generic), sizeof address) == 0);
    return FeedPeer(descriptor);
  }

  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void send(std::string_view bytes) { REQUIRE(try_send(bytes)); }
  /// False: the other side is gone.
  bool try_send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// What the socket takes without waiting.
  std::size_t send_some(std::string_view bytes) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }
  /// The next line, without its end; "(end)" when there is none any more.
  std::string read_line() {
    for (;;) {
      const auto end = rest_.find('\n');
      if (end != std::string::npos) {
        std::string line = rest_.substr(0, end);
        rest_.erase(0, end + 1);
        return line;
      }
      char buffer[4096];
      const auto read = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (read <= 0) return read == 0 ? "(end)" : "(nothing came)";
      rest_.append(buffer, static_cast<std::size_t>(read));
    }
  }
  void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }
  /// Smaller buffers, so that a stalled side shows soon; far above the loopback's segments, as TCP
  /// crawls otherwise.
  void shrink_buffers() {
    const int bytes = 256 * 1024;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

private:
  int descriptor_;
  std::string rest_;
};

/// A listening socket on a free port of 127.0.0.1.
class FeedServer {
public:
  FeedServer() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = FeedPeer::loopback(0);
    void* generic = &address;
    socklen_t size = sizeof address;
    REQUIRE(::bind(descriptor_, static_cast<sockaddr*>(generic), size) == 0);
    REQUIRE(::listen(descriptor_, 8) == 0);
    REQUIRE(::getsockname(descriptor_, static_cast<sockaddr*>(generic), &size) == 0);
    port_ = ntohs(address.sin_port);
    const timeval deadline{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  }
  ~FeedServer() { close(); }
  FeedServer(const FeedServer&) = delete;
  FeedServer& operator=(const FeedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  FeedPeer accept() { return FeedPeer(::accept(descriptor_, nullptr, nullptr)); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

private:
  int descriptor_;
  std::uint16_t port_ = 0;
};

}  // namespace weir::tests
