#include "adapters/amqp/login.hpp"

#include "adapters/amqp/amqp_values.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace weir::adapters::amqp {

int bound_waits(amqp_connection_state_t_& state, const common::Patience& patience) {
  const int descriptor = amqp_get_sockfd(&state);
  // Writing to a broker that has stopped ends, too, and so do all waits for it.
  const auto most =
      static_cast<unsigned>((2 * patience.heartbeat + patience.connect_timeout).count());
  static_cast<void>(setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof most));
  const timeval timeout = to_timeval(patience.connect_timeout);
  amqp_set_handshake_timeout(&state, &timeout);
  amqp_set_rpc_timeout(&state, &timeout);
  return descriptor;
}

protocol::Result<void, std::string> log_in(amqp_connection_state_t_& state,
                                           const Broker& broker,
                                           const LoginOptions& options) {
  const Arguments::value_type notice{"consumer_cancel_notify", true};
  amqp_table_entry_t capability = entry_of(notice);
  amqp_table_entry_t capabilities{};
  capabilities.key = amqp_cstring_bytes("capabilities");
  capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
  capabilities.value.value.table = {1, &capability};
  std::array<amqp_table_entry_t, 3> entries{
      text_entry(amqp_cstring_bytes("product"), "Weir"),
      text_entry(amqp_cstring_bytes("connection_name"), options.name),
      capabilities};
  const amqp_table_t properties{options.wants_cancel_notice ? 3 : 2, entries.data()};
  // rabbitmq-c has no other way than variable arguments
  const amqp_rpc_reply_t reply = amqp_login_with_properties(
      &state,  // NOLINT(cppcoreguidelines-pro-type-vararg)
      broker.vhost.c_str(),
      options.channels_max,
      frame_bytes_max,
      static_cast<int>(options.patience.heartbeat / std::chrono::seconds(1)),
      &properties,
      AMQP_SASL_METHOD_PLAIN,
      broker.user.c_str(),
      broker.password.c_str());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
  return protocol::Unexpected<std::string>("logging in: " + text_of_reply(reply));
}

}  // namespace weir::adapters::amqp
