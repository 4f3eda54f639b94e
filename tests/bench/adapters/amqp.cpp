// RabbitMQ through rabbitmq-c: a queue that is there, messages that are not persistent.
#include "tests/bench/adapters/broker.hpp"

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdexcept>
#include <sys/time.h>

namespace weir::tests::bench {
namespace {

constexpr amqp_channel_t channel = 1;
constexpr int frame_bytes_max = 131072;
constexpr std::uint16_t prefetch = 500;        // the adapter's default
constexpr std::uint64_t acknowledged_at = 50;  // so many at once, as who wants speed does it

void check(bool is_good, const char* what) {
  if (!is_good) throw std::runtime_error(std::string("amqp: cannot ") + what);
}

amqp_bytes_t to_bytes(std::string_view text) {
  // the library does not change what is published
  return {text.size(), const_cast<char*>(text.data())};
}

class Connection {
public:
  explicit Connection(const Place& place) : handle_(amqp_new_connection()) {
    amqp_socket_t* socket = amqp_tcp_socket_new(handle_);
    check(socket != nullptr && amqp_socket_open(socket, "127.0.0.1", place.port) == AMQP_STATUS_OK,
          "connect");
    check_reply(
        amqp_login(handle_, "/", 0, frame_bytes_max, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
        "log in");
    amqp_channel_open(handle_, channel);
    check_reply(amqp_get_rpc_reply(handle_), "open a channel");
  }
  ~Connection() { amqp_destroy_connection(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] amqp_connection_state_t get() const { return handle_; }
  static void check_reply(const amqp_rpc_reply_t& reply, const char* what) {
    check(reply.reply_type == AMQP_RESPONSE_NORMAL, what);
  }

private:
  amqp_connection_state_t handle_;
};

class AmqpPublisher final : public Publisher {
public:
  explicit AmqpPublisher(const Place& place) : connection_(place), queue_(place.name) {}

  void publish(std::string_view data) override {
    const int status = amqp_basic_publish(connection_.get(),
                                          channel,
                                          amqp_empty_bytes,
                                          to_bytes(queue_),
                                          0,
                                          0,
                                          nullptr,
                                          to_bytes(data));
    check(status == AMQP_STATUS_OK, "publish");
  }
  void flush() override {}

private:
  Connection connection_;
  std::string queue_;
};

class AmqpConsumer final : public Consumer {
public:
  explicit AmqpConsumer(const Place& place) : connection_(place) {
    amqp_basic_qos(connection_.get(), channel, 0, prefetch, 0);
    amqp_basic_consume(connection_.get(),
                       channel,
                       to_bytes(place.name),
                       amqp_empty_bytes,
                       0,
                       0,
                       0,
                       amqp_empty_table);
    Connection::check_reply(amqp_get_rpc_reply(connection_.get()), "consume");
  }

  void take(const OnMessage& on_message) override {
    amqp_maybe_release_buffers(connection_.get());
    amqp_envelope_t envelope{};
    const timeval patience{.tv_sec = 0, .tv_usec = idle_ms * 1000};
    const amqp_rpc_reply_t reply = amqp_consume_message(connection_.get(), &envelope, &patience, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
        reply.library_error == AMQP_STATUS_TIMEOUT) {
      acknowledge();
      return;
    }
    Connection::check_reply(reply, "take a message");
    const amqp_bytes_t body = envelope.message.body;
    on_message({static_cast<const char*>(body.bytes), body.len});
    last_tag_ = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    if (last_tag_ - acknowledged_ >= acknowledged_at) acknowledge();
  }

private:
  void acknowledge() {
    if (last_tag_ == acknowledged_) return;
    check(amqp_basic_ack(connection_.get(), channel, last_tag_, 1) == AMQP_STATUS_OK,
          "acknowledge");
    acknowledged_ = last_tag_;
  }

  Connection connection_;
  std::uint64_t last_tag_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

std::unique_ptr<Publisher> make_amqp_publisher(const Place& place) {
  return std::make_unique<AmqpPublisher>(place);
}

std::unique_ptr<Consumer> make_amqp_consumer(const Place& place) {
  return std::make_unique<AmqpConsumer>(place);
}

}  // namespace weir::tests::bench
