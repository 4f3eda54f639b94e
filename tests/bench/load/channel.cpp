#include "tests/bench/load/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <sys/socket.h>

namespace weir::tests::bench {

namespace {

int to_int(std::size_t bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes, std::numeric_limits<int>::max()));
}

}  // namespace

TlsClient::TlsClient() : context_(::SSL_CTX_new(::TLS_client_method())) {
  if (!context_) throw std::bad_alloc();
  ::SSL_CTX_set_mode(context_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
}

Channel::Channel(const Endpoint& endpoint, const TlsClient& tls) : socket_(connect_to(endpoint)) {
  if (!endpoint.is_tls) return;
  tls_.reset(::SSL_new(tls.context()));
  if (!tls_ || ::SSL_set_fd(tls_.get(), socket_.get()) != 1) throw std::bad_alloc();
  ::SSL_set_connect_state(tls_.get());
}

ssize_t Channel::receive(void* bytes, std::size_t bytes_max) {
  if (!tls_) return ::recv(socket_.get(), bytes, bytes_max, 0);
  return result_of(::SSL_read(tls_.get(), bytes, to_int(bytes_max)));
}

ssize_t Channel::send(std::string_view bytes) {
  if (!tls_) return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return result_of(::SSL_write(tls_.get(), bytes.data(), to_int(bytes.size())));
}

ssize_t Channel::result_of(int result) const {
  if (result > 0) return result;
  const int error = ::SSL_get_error(tls_.get(), result);
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
  return -1;
}

void Channel::close() {
  tls_.reset();
  socket_.close();
}

}  // namespace weir::tests::bench
