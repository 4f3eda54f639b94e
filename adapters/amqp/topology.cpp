#include "adapters/amqp/topology.hpp"

#include "adapters/amqp/amqp_values.hpp"
#include "adapters/amqp/frame_reader.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <vector>

namespace weir::adapters::amqp {

namespace {

using Done = protocol::Result<void, std::string>;

/// A table as rabbitmq-c wants it.
class Table {
public:
  /// The arguments outlive it.
  explicit Table(const Arguments& arguments) {
    entries_.reserve(arguments.size());
    for (const auto& argument : arguments) entries_.push_back(entry_of(argument));
  }
  [[nodiscard]] amqp_table_t view() { return {static_cast<int>(entries_.size()), entries_.data()}; }

private:
  std::vector<amqp_table_entry_t> entries_;
};

/// For people.
std::string name_of(const Binding& binding) {
  return binding.arguments.empty() ? "'" + binding.routing_key + "'" : "by headers";
}

}  // namespace

Topology::Topology(const AmqpConfig& config, amqp_connection_state_t_& state)
    : config_(config), state_(state) {
}

protocol::Result<common::Continuity, std::string> Topology::declare() {
  using Failed = protocol::Unexpected<std::string>;
  using common::Continuity;
  if (!config_.consumes()) return Continuity::kept;
  const bool had_queue = !config_.queue.empty() && (!config_.declares || has_queue());
  const Continuity continuity = had_queue ? Continuity::kept : Continuity::lost;
  amqp_channel_open(&state_, consume_channel);
  if (auto done = last_reply(&state_, "opening a channel"); !done) return Failed(done.error());
  if (auto done = declare_exchange(); !done) return Failed(done.error());
  if (auto done = declare_queue(); !done) return Failed(done.error());
  if (!config_.declares || config_.exchange.empty() || config_.on_demand) return continuity;
  for (const Binding& binding : config_.bindings) {
    if (auto done = bind(binding); !done) return Failed(done.error());
  }
  return continuity;
}

/// Asked on a channel of its own, which a `no` closes.
bool Topology::has_queue() {
  amqp_channel_open(&state_, probe_channel);
  if (!last_reply(&state_, "opening a channel")) return false;
  amqp_queue_declare(&state_,
                     probe_channel,
                     bytes_of(config_.queue),
                     1,  // passive
                     0,
                     0,
                     0,
                     amqp_empty_table);
  const amqp_rpc_reply_t reply = amqp_get_rpc_reply(&state_);
  const bool is_closed = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
                         reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
  if (!is_closed) return reply.reply_type == AMQP_RESPONSE_NORMAL;
  amqp_channel_close_ok_t closed{};
  amqp_send_method(&state_, probe_channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &closed);
  return false;
}

Done Topology::declare_exchange() {
  if (!config_.declares || config_.exchange_type.empty()) return {};
  amqp_exchange_declare(&state_,
                        consume_channel,
                        bytes_of(config_.exchange),
                        bytes_of(config_.exchange_type),
                        0,
                        1,  // durable
                        0,
                        0,
                        amqp_empty_table);
  return last_reply(&state_, "declaring the exchange " + config_.exchange);
}

Done Topology::declare_queue() {
  queue_ = config_.queue;
  if (!config_.declares) return {};
  const amqp_boolean_t is_ours = queue_.empty() ? 1 : 0;
  Table arguments(config_.queue_arguments);
  const auto* const declared = amqp_queue_declare(&state_,
                                                  consume_channel,
                                                  bytes_of(queue_),
                                                  0,
                                                  1 - is_ours,  // durable
                                                  is_ours,      // exclusive
                                                  is_ours,      // auto-delete
                                                  arguments.view());
  if (auto done = last_reply(&state_, "declaring the queue " + queue_); !done) return done;
  queue_ = view_of(declared->queue);
  return {};
}

Done Topology::bind(const Binding& binding) {
  Table arguments(binding.arguments);
  amqp_queue_bind(&state_,
                  consume_channel,
                  bytes_of(queue_),
                  bytes_of(config_.exchange),
                  bytes_of(binding.routing_key),
                  arguments.view());
  return last_reply(&state_, "binding " + name_of(binding) + " to " + config_.exchange);
}

Done Topology::unbind(const Binding& binding) {
  Table arguments(binding.arguments);
  amqp_queue_unbind(&state_,
                    consume_channel,
                    bytes_of(queue_),
                    bytes_of(config_.exchange),
                    bytes_of(binding.routing_key),
                    arguments.view());
  return last_reply(&state_, "unbinding " + name_of(binding) + " from " + config_.exchange);
}

Done Topology::prepare_publishing() {
  if (!config_.upstream) return {};
  amqp_channel_open(&state_, publish_channel);
  if (auto done = last_reply(&state_, "opening a channel"); !done) return done;
  amqp_confirm_select(&state_, publish_channel);
  return last_reply(&state_, "asking for confirms");
}

Done Topology::consume() {
  if (!config_.consumes()) return {};
  amqp_basic_qos(&state_, consume_channel, 0, config_.prefetch, 0);
  if (auto done = last_reply(&state_, "setting prefetch"); !done) return done;
  amqp_basic_consume(&state_,
                     consume_channel,
                     bytes_of(queue_),
                     amqp_empty_bytes,
                     0,
                     0,  // with acks
                     0,
                     amqp_empty_table);
  return last_reply(&state_, "consuming from the queue " + queue_);
}

}  // namespace weir::adapters::amqp
