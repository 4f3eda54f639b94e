#include "adapters/amqp/amqp_connection.hpp"

#include "adapters/amqp/amqp_values.hpp"
#include "adapters/amqp/broker_dial.hpp"
#include "adapters/amqp/frame_reader.hpp"
#include "adapters/amqp/login.hpp"
#include "adapters/amqp/topology.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <chrono>
#include <mutex>
#include <optional>
#include <poll.h>
#include <span>
#include <sys/socket.h>
#include <sys/time.h>
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

constexpr std::uint8_t persistent = 2;

class AmqpConnection final : public common::BrokerLink {
public:
  explicit AmqpConnection(AmqpConnectionOptions options)
      : options_(std::move(options)), reader_(options_.body_bytes_max) {}

  protocol::Result<Continuity, std::string> open(std::size_t index) override {
    drop();
    const Broker& broker = config().brokers.at(index);
    auto dialled = dial_broker(broker,
                               {.tls = config().tls,
                                .timeout = config().patience.connect_timeout,
                                .interrupt = options_.interrupt});
    if (!dialled) return Failed(dialled.error());
    adopt(*std::move(dialled));
    reader_ = FrameReader(options_.body_bytes_max);
    last_tag_ = 0;
    const LoginOptions login{
        .name = options_.name, .channels_max = probe_channel, .patience = config().patience};
    if (auto done = log_in(*state_, broker, login); !done) return Failed(done.error());
    Topology& topology = topology_.emplace(config(), *state_);
    auto continuity = topology.declare();
    if (!continuity) return continuity;
    if (auto done = topology.prepare_publishing(); !done) return Failed(done.error());
    if (auto done = topology.consume(); !done) return Failed(done.error());
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
    topology_.reset();
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

  Done subscribe(std::uint64_t /*id*/, std::span<const common::SubjectPattern> patterns) override {
    for (const common::SubjectPattern& pattern : patterns) {
      if (auto done = topology_->bind({.routing_key = pattern.text}); !done) return done;
    }
    return {};
  }

  Done unsubscribe(std::uint64_t /*id*/,
                   std::span<const common::SubjectPattern> patterns) override {
    for (const common::SubjectPattern& pattern : patterns) {
      if (auto done = topology_->unbind({.routing_key = pattern.text}); !done) return done;
    }
    return {};
  }

  void watch(common::Reading /*reading*/, std::vector<pollfd>& out) const override {
    out.push_back({descriptor_, POLLIN, 0});
  }

private:
  [[nodiscard]] const AmqpConfig& config() const { return options_.config; }

  void adopt(ConnectionState state) {
    const int descriptor = bound_waits(*state, config().patience);
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
    descriptor_ = descriptor;
  }

  AmqpConnectionOptions options_;
  FrameReader reader_;
  std::optional<Topology> topology_;  ///< of state_, once that is logged in
  std::uint64_t last_tag_ = 0;

  std::mutex mutex_;  ///< of the two below, where `interrupt` could see them change
  ConnectionState state_;
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<common::BrokerLink> make_amqp_connection(AmqpConnectionOptions options) {
  return std::make_unique<AmqpConnection>(std::move(options));
}

}  // namespace weir::adapters::amqp
