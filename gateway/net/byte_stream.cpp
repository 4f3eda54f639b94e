#include "gateway/net/byte_stream.hpp"

#include <array>
#include <cassert>
#include <cerrno>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace weir::gateway::net {
namespace {

IoResult failure() {
  const bool is_blocked = errno == EAGAIN || errno == EINTR;
  return {is_blocked ? IoResult::Status::blocked : IoResult::Status::broken, 0};
}

class TcpStream final : public ByteStream {
public:
  explicit TcpStream(int descriptor) : descriptor_(descriptor) {}
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;
  ~TcpStream() override { ::close(descriptor_); }

  IoResult read(protocol::MutableByteView into) override {
    const auto count = ::recv(descriptor_, into.data(), into.size(), 0);
    if (count < 0) return failure();
    if (count == 0) return {IoResult::Status::ended, 0};
    const auto bytes = static_cast<std::size_t>(count);
    // A short read says that the socket has been emptied (epoll(7)).
    return {bytes == into.size() ? IoResult::Status::more : IoResult::Status::blocked, bytes};
  }

  IoResult write(std::span<const std::string_view> pieces) override {
    assert(pieces.size() <= pieces_max);
    // Nearly every write is one block, and send is cheaper than sendmsg.
    if (pieces.size() == 1)
      return outcome(::send(descriptor_, pieces[0].data(), pieces[0].size(), MSG_NOSIGNAL),
                     pieces[0].size());
    std::array<iovec, pieces_max> vectors;
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      // The kernel only reads; POSIX has no const here.
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
      wanted += pieces[i].size();
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = pieces.size();
    return outcome(::sendmsg(descriptor_, &message, MSG_NOSIGNAL), wanted);
  }

  void shut_down() override { ::shutdown(descriptor_, SHUT_WR); }

  void reset() override {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  [[nodiscard]] int descriptor() const override { return descriptor_; }

private:
  static IoResult outcome(ssize_t count, std::size_t wanted) {
    if (count < 0) return failure();
    const auto bytes = static_cast<std::size_t>(count);
    return {bytes == wanted ? IoResult::Status::more : IoResult::Status::blocked, bytes};
  }

  int descriptor_;
};

}  // namespace

std::size_t unacknowledged_bytes(int descriptor) {
  int bytes = 0;
  if (::ioctl(descriptor, SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::size_t>(bytes);
}

IoResult peek(int descriptor, protocol::MutableByteView into) {
  const auto count = ::recv(descriptor, into.data(), into.size(), MSG_PEEK);
  if (count < 0) return failure();
  if (count == 0) return {IoResult::Status::ended, 0};
  return {IoResult::Status::more, static_cast<std::size_t>(count)};
}

std::unique_ptr<ByteStream> make_tcp_stream(int descriptor) {
  return std::make_unique<TcpStream>(descriptor);
}

}  // namespace weir::gateway::net
