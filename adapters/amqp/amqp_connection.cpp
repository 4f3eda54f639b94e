#include "adapters/amqp/amqp_connection.hpp"

#include "adapters/amqp/amqp_values.hpp"
#include "adapters/amqp/frame_reader.hpp"
#include "adapters/common/blocking_dial.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <array>
#include <chrono>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace weir::adapters::amqp {

namespace {

using Failed = protocol::Unexpected<std::string>;
using Done = protocol::Result<void, std::string>;
using Next = protocol::Result<std::optional<common::BrokerEvent>, std::string>;
using common::Continuity;
using common::Settlement;
using common::Verdict;

constexpr amqp_channel_t probe_channel = 3;  // a probe that fails takes its channel with it
constexpr int frame_bytes_max = 131072;
constexpr std::uint8_t persistent = 2;

timeval to_timeval(std::chrono::milliseconds time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
}

struct Destroy {
  void operator()(amqp_connection_state_t state) const { amqp_destroy_connection(state); }
};
using State = std::unique_ptr<amqp_connection_state_t_, Destroy>;

class AmqpConnection final : public common::BrokerLink {
public:
  explicit AmqpConnection(AmqpConnectionOptions options)
      : options_(std::move(options)), reader_(options_.body_bytes_max) {}

  protocol::Result<Continuity, std::string> open(std::size_t index) override {
    drop();
    const Broker& broker = config().brokers.at(index);
    auto dialled = common::blocking_dial({.host = broker.host,
                                          .port = broker.port,
                                          .timeout = config().patience.connect_timeout,
                                          .interrupt = options_.interrupt});
    if (!dialled) return Failed(dialled.error());
    adopt(*dialled);
    reader_ = FrameReader(options_.body_bytes_max);
    last_tag_ = 0;
    if (auto done = log_in(broker); !done) return Failed(done.error());
    Continuity continuity = Continuity::kept;
    if (auto done = declare(continuity); !done) return Failed(done.error());
    if (auto done = prepare_publishing(); !done) return Failed(done.error());
    if (auto done = consume(); !done) return Failed(done.error());
    return continuity;
  }

  void close() override {
    if (!state_) return;
    // a broker that has stopped must not hold up our own stop
    const timeval patience = to_timeval(std::chrono::milliseconds(500));
    amqp_set_rpc_timeout(state_.get(), &patience);
    if (can_send()) amqp_connection_close(state_.get(), AMQP_REPLY_SUCCESS);
    drop();
  }

  void drop() override {
    const std::lock_guard lock(mutex_);
    descriptor_ = -1;
    state_.reset();
  }

  void interrupt() override {
    const std::lock_guard lock(mutex_);
    if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
  }

  Next next() override {
    for (;;) {
      amqp_frame_t frame{};
      const timeval now{};
      const int status = amqp_simple_wait_frame_noblock(state_.get(), &frame, &now);
      if (status == AMQP_STATUS_TIMEOUT) return std::optional<common::BrokerEvent>();
      if (status != AMQP_STATUS_OK) return Failed(text_of_status(status));
      auto event = reader_.on_frame(frame);
      // all that is kept of the frame has been copied
      amqp_maybe_release_buffers_on_channel(state_.get(), frame.channel);
      if (!event || *event) return event;
    }
  }

  Done settle(const Settlement& settlement) override {
    int status = AMQP_STATUS_OK;
    switch (settlement.verdict) {
      case Verdict::acknowledge:
        status = amqp_basic_ack(
            state_.get(), consume_channel, settlement.tag, settlement.is_multiple ? 1 : 0);
        break;
      case Verdict::reject:
      case Verdict::requeue:
        status = amqp_basic_reject(state_.get(),
                                   consume_channel,
                                   settlement.tag,
                                   settlement.verdict == Verdict::requeue ? 1 : 0);
        break;
    }
    if (status != AMQP_STATUS_OK) return Failed(text_of_status(status));
    return {};
  }

  [[nodiscard]] bool can_send() const override {
    pollfd watched{descriptor_, POLLOUT, 0};
    return poll(&watched, 1, 0) == 1 && (watched.revents & POLLOUT) != 0;
  }

  protocol::Result<std::uint64_t, std::string> publish(
      const common::OutgoingMessage& message) override {
    const std::uint64_t tag = ++last_tag_;
    const std::string tag_text = std::to_string(tag);
    std::vector<amqp_table_entry_t> headers;
    headers.reserve(message.headers.size() + 1);
    for (const auto& [name, value] : message.headers)
      headers.push_back(text_entry(bytes_of(name), value));
    headers.push_back(text_entry(bytes_of(tag_header), tag_text));
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                        AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_HEADERS_FLAG;
    properties.content_type = bytes_of(message.content_type);
    properties.delivery_mode = persistent;
    properties.message_id = bytes_of(message.message_id);
    properties.headers = {static_cast<int>(headers.size()), headers.data()};
    const int status = amqp_basic_publish(state_.get(),
                                          publish_channel,
                                          bytes_of(config().publish_exchange),
                                          bytes_of(message.subject),
                                          1,  // mandatory: given back where no queue is bound
                                          0,
                                          &properties,
                                          bytes_of(message.body));
    if (status != AMQP_STATUS_OK) return Failed(text_of_status(status));
    return tag;
  }

  void watch(common::Reading /*reading*/, std::vector<pollfd>& out) const override {
    out.push_back({descriptor_, POLLIN, 0});
  }

private:
  [[nodiscard]] const AmqpConfig& config() const { return options_.config; }

  void adopt(int descriptor) {
    // Writing to a broker that has stopped ends, too, and so do all waits for it.
    const auto patience =
        static_cast<unsigned>(std::chrono::milliseconds(2 * config().patience.heartbeat +
                                                        config().patience.connect_timeout)
                                  .count());
    static_cast<void>(
        setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience));
    State state(amqp_new_connection());
    amqp_socket_t* const socket = state ? amqp_tcp_socket_new(state.get()) : nullptr;
    if (socket == nullptr) {
      ::close(descriptor);
      throw std::bad_alloc();
    }
    amqp_tcp_socket_set_sockfd(socket, descriptor);
    const timeval timeout = to_timeval(config().patience.connect_timeout);
    amqp_set_handshake_timeout(state.get(), &timeout);
    amqp_set_rpc_timeout(state.get(), &timeout);
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
    descriptor_ = descriptor;
  }

  Done log_in(const Broker& broker) {
    std::array<amqp_table_entry_t, 2> entries{
        text_entry(amqp_cstring_bytes("product"), "Weir"),
        text_entry(amqp_cstring_bytes("connection_name"), options_.name)};
    const amqp_table_t properties{static_cast<int>(entries.size()), entries.data()};
    // rabbitmq-c has no other way than variable arguments
    const amqp_rpc_reply_t reply = amqp_login_with_properties(
        state_.get(),  // NOLINT(cppcoreguidelines-pro-type-vararg)
        broker.vhost.c_str(),
        probe_channel,
        frame_bytes_max,
        static_cast<int>(config().patience.heartbeat / std::chrono::seconds(1)),
        &properties,
        AMQP_SASL_METHOD_PLAIN,
        broker.user.c_str(),
        broker.password.c_str());
    return check(reply, "logging in");
  }

  /// Of the last call that waited for an answer.
  Done check(std::string_view what) { return check(amqp_get_rpc_reply(state_.get()), what); }

  Done check(const amqp_rpc_reply_t& reply, std::string_view what) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
    return Failed(std::string(what) + ": " + text_of_reply(reply));
  }

  /// What the configuration says that there is to be, in the order in which it depends on each
  /// other.
  Done declare(Continuity& continuity) {
    if (!config().consumes()) return {};
    const bool had_queue = !config().queue.empty() && (!config().declares || has_queue());
    continuity = had_queue ? Continuity::kept : Continuity::lost;
    amqp_channel_open(state_.get(), consume_channel);
    if (auto done = check("opening a channel"); !done) return done;
    if (config().declares && !config().exchange_type.empty()) {
      amqp_exchange_declare(state_.get(),
                            consume_channel,
                            bytes_of(config().exchange),
                            bytes_of(config().exchange_type),
                            0,
                            1,  // durable
                            0,
                            0,
                            amqp_empty_table);
      if (auto done = check("declaring the exchange " + config().exchange); !done) return done;
    }
    return declare_queue();
  }

  /// Asked on a channel of its own, which a `no` closes.
  bool has_queue() {
    amqp_channel_open(state_.get(), probe_channel);
    if (!check("opening a channel")) return false;
    amqp_queue_declare(state_.get(),
                       probe_channel,
                       bytes_of(config().queue),
                       1,  // passive
                       0,
                       0,
                       0,
                       amqp_empty_table);
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state_.get());
    const bool is_closed = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
                           reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
    if (!is_closed) return reply.reply_type == AMQP_RESPONSE_NORMAL;
    amqp_channel_close_ok_t closed{};
    amqp_send_method(state_.get(), probe_channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &closed);
    return false;
  }

  Done declare_queue() {
    queue_ = config().queue;
    if (!config().declares) return {};
    const amqp_boolean_t is_ours = queue_.empty() ? 1 : 0;
    const auto* const declared = amqp_queue_declare(state_.get(),
                                                    consume_channel,
                                                    bytes_of(queue_),
                                                    0,
                                                    1 - is_ours,  // durable
                                                    is_ours,      // exclusive
                                                    is_ours,      // auto-delete
                                                    amqp_empty_table);
    if (auto done = check("declaring the queue " + queue_); !done) return done;
    queue_ = view_of(declared->queue);
    if (config().exchange.empty()) return {};
    for (const std::string& binding : config().bindings) {
      amqp_queue_bind(state_.get(),
                      consume_channel,
                      bytes_of(queue_),
                      bytes_of(config().exchange),
                      bytes_of(binding),
                      amqp_empty_table);
      if (auto done = check("binding '" + binding + "' to " + config().exchange); !done)
        return done;
    }
    return {};
  }

  Done prepare_publishing() {
    if (!config().upstream) return {};
    amqp_channel_open(state_.get(), publish_channel);
    if (auto done = check("opening a channel"); !done) return done;
    amqp_confirm_select(state_.get(), publish_channel);
    return check("asking for confirms");
  }

  Done consume() {
    if (!config().consumes()) return {};
    amqp_basic_qos(state_.get(), consume_channel, 0, config().prefetch, 0);
    if (auto done = check("setting prefetch"); !done) return done;
    amqp_basic_consume(state_.get(),
                       consume_channel,
                       bytes_of(queue_),
                       amqp_empty_bytes,
                       0,
                       0,  // with acks
                       0,
                       amqp_empty_table);
    return check("consuming from the queue " + queue_);
  }

  AmqpConnectionOptions options_;
  FrameReader reader_;
  std::string queue_;  ///< its name, which the broker has given where it is our own
  std::uint64_t last_tag_ = 0;

  std::mutex mutex_;  ///< of the two below, where `interrupt` could see them change
  State state_;
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<common::BrokerLink> make_amqp_connection(AmqpConnectionOptions options) {
  return std::make_unique<AmqpConnection>(std::move(options));
}

}  // namespace weir::adapters::amqp
