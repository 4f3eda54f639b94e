#include "adapters/amqp/broker_dial.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/amqp/amqp_values.hpp"
#include "adapters/amqp/broker_trust.hpp"
#include "adapters/common/blocking_dial.hpp"

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <new>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace weir::adapters::amqp {

namespace {

using Failed = protocol::Unexpected<std::string>;
using Dialled = protocol::Result<ConnectionState, std::string>;

ConnectionState new_state() {
  ConnectionState state(amqp_new_connection());
  if (!state) throw std::bad_alloc();
  return state;
}

Dialled dial_plain(const Broker& broker, const BrokerDialOptions& options) {
  ConnectionState state = new_state();
  amqp_socket_t* const socket = amqp_tcp_socket_new(state.get());
  if (socket == nullptr) throw std::bad_alloc();
  const auto descriptor = common::blocking_dial({.host = broker.host,
                                                 .port = broker.port,
                                                 .timeout = options.timeout,
                                                 .interrupt = options.interrupt});
  if (!descriptor) return Failed(descriptor.error());
  amqp_tcp_socket_set_sockfd(socket, *descriptor);
  return state;
}

bool is_readable(int descriptor) {
  pollfd watched{descriptor, POLLIN, 0};
  return poll(&watched, 1, 0) == 1;
}

/// Why `amqp_socket_open` with TLS has failed.
std::string reason_of(int status, const std::string& refusal) {
  if (!refusal.empty()) return "its certificate is refused: " + refusal;
  return status == AMQP_STATUS_SOCKET_ERROR ? "it cannot be reached" : text_of_status(status);
}

/// rabbitmq-c opens the socket itself then, and nothing else than the timeout can end that.
Dialled dial_tls(const Broker& broker, const BrokerDialOptions& options) {
  ConnectionState state = new_state();
  amqp_socket_t* const socket = amqp_ssl_socket_new(state.get());
  if (socket == nullptr) throw std::bad_alloc();
  auto& context = *static_cast<ssl_ctx_st*>(amqp_ssl_socket_get_context(socket));
  std::string refusal;
  try {
    prepare_tls(context, options.tls, broker.host, refusal);
  } catch (const abi::Failure& failure) {
    return Failed(failure.what());
  }
  // OpenSSL does both while it shakes hands; rabbitmq-c would do it after that, and takes no
  // addresses for hosts
  amqp_ssl_socket_set_verify_peer(socket, 0);
  amqp_ssl_socket_set_verify_hostname(socket, 0);
  const timeval timeout = to_timeval(options.timeout);
  const int status = amqp_socket_open_noblock(socket, broker.host.c_str(), broker.port, &timeout);
  end_refusal(context);
  if (status != AMQP_STATUS_OK) return Failed(reason_of(status, refusal));
  if (is_readable(options.interrupt)) return Failed("it is not needed any more");
  return state;
}

}  // namespace

void EndConnection::operator()(amqp_connection_state_t_* state) const {
  amqp_destroy_connection(state);
}

Dialled dial_broker(const Broker& broker, const BrokerDialOptions& options) {
  return broker.has_tls ? dial_tls(broker, options) : dial_plain(broker, options);
}

}  // namespace weir::adapters::amqp
