#include "adapters/amqp/stream_link.hpp"

#include "adapters/amqp/amqp_values.hpp"
#include "adapters/amqp/broker_dial.hpp"
#include "adapters/amqp/content_assembler.hpp"
#include "adapters/amqp/login.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <array>
#include <map>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <utility>

namespace weir::adapters::amqp {
namespace {

using Failed = protocol::Unexpected<std::string>;
using Done = StreamLink::Done;
using Next = protocol::Result<std::optional<StreamEvent>, std::string>;

constexpr int channels_max = 64;

Argument argument_of(StreamStart start) {
  if (const auto* offset = std::get_if<StreamOffset>(&start))
    return static_cast<std::int64_t>(*offset);
  constexpr std::array<std::string_view, 3> names{"first", "last", "next"};
  return std::string(names.at(static_cast<std::size_t>(std::get<StreamEnd>(start))));
}

/// One consumer. The library may still have messages of the one that had the channel before.
struct Consumer {
  Consumer(std::string consumer_tag, std::uint64_t body_bytes_max)
      : tag(std::move(consumer_tag)), contents(body_bytes_max) {}
  std::string tag;
  ContentAssembler contents;
  bool is_stale = false;  ///< the message that is being put together
};

}  // namespace

class StreamLink::Implementation {
public:
  explicit Implementation(const Options& options) : options_(options) {}

  Done open(std::size_t index) {
    drop();
    const Broker& broker = config().brokers.at(index);
    auto dialled = dial_broker(broker,
                               {.tls = config().tls,
                                .timeout = config().patience.connect_timeout,
                                .interrupt = options_.interrupt});
    if (!dialled) return Failed(dialled.error());
    adopt(*std::move(dialled));
    // Without the notice nobody would tell us that the stream was deleted.
    auto done = log_in(*state_,
                       broker,
                       {.name = options_.name,
                        .channels_max = channels_max,
                        .wants_cancel_notice = true,
                        .patience = config().patience});
    if (!done) return fail(done.error());
    return done;
  }

  void close() {
    if (!state_) return;
    // a broker that has stopped must not hold up our own stop
    const timeval patience = to_timeval(std::chrono::milliseconds(500));
    amqp_set_rpc_timeout(state_.get(), &patience);
    pollfd watched{descriptor_, POLLOUT, 0};
    const bool can_send = poll(&watched, 1, 0) == 1 && (watched.revents & POLLOUT) != 0;
    if (can_send) amqp_connection_close(state_.get(), AMQP_REPLY_SUCCESS);
    drop();
  }

  void drop() {
    const std::lock_guard lock(mutex_);
    descriptor_ = -1;
    consumers_.clear();
    state_.reset();
  }

  void interrupt() {
    const std::lock_guard lock(mutex_);
    if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
  }

  Done consume(std::uint16_t channel, StreamStart start, std::uint16_t prefetch) {
    std::string tag = "weir-" + std::to_string(++last_consumer_);
    amqp_channel_open(state_.get(), channel);
    if (auto done = last_reply(state_.get(), "opening a channel"); !done) return fail(done.error());
    // Before it consumes: the first messages may come with the answer.
    auto& consumer =
        consumers_.insert_or_assign(channel, Consumer(std::move(tag), options_.body_bytes_max))
            .first->second;
    amqp_basic_qos(state_.get(), channel, 0, prefetch, 0);
    if (auto done = check(channel, "setting prefetch"); !done) return done;
    const Arguments::value_type argument{"x-stream-offset", argument_of(start)};
    amqp_table_entry_t entry = entry_of(argument);
    const amqp_table_t arguments{1, &entry};
    amqp_basic_consume(state_.get(),
                       channel,
                       bytes_of(config().stream),
                       bytes_of(consumer.tag),
                       0,
                       0,  // with acks: they are what lets more come
                       0,
                       arguments);
    return check(channel, "consuming from the stream " + config().stream);
  }

  Done end(std::uint16_t channel) {
    consumers_.erase(channel);
    const amqp_rpc_reply_t reply = amqp_channel_close(state_.get(), channel, AMQP_REPLY_SUCCESS);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
    return fail("closing a channel: " + text_of_reply(reply));
  }

  [[nodiscard]] bool is_open() const { return state_ != nullptr && !is_broken_; }

  Next next() {
    for (;;) {
      amqp_frame_t frame{};
      const timeval now{};
      const int status = amqp_simple_wait_frame_noblock(state_.get(), &frame, &now);
      if (status == AMQP_STATUS_TIMEOUT) return std::optional<StreamEvent>();
      if (status != AMQP_STATUS_OK) return Failed(text_of_status(status));
      auto event = on_frame(frame);
      // all that is kept of the frame has been copied
      amqp_maybe_release_buffers_on_channel(state_.get(), frame.channel);
      if (!event || *event) return event;
    }
  }

  Done acknowledge(std::uint16_t channel, std::uint64_t tag) {
    if (!consumers_.contains(channel)) return {};
    const int status = amqp_basic_ack(state_.get(), channel, tag, 1);
    if (status != AMQP_STATUS_OK) return Failed(text_of_status(status));
    return {};
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  [[nodiscard]] const StreamConfig& config() const { return options_.config; }

  void adopt(ConnectionState state) {
    const int descriptor = bound_waits(*state, config().patience);
    is_broken_ = false;
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
    descriptor_ = descriptor;
  }

  Failed fail(std::string reason) {
    is_broken_ = true;
    return Failed(std::move(reason));
  }

  /// How the last call on that channel has ended. A refusal takes the channel with it, no more.
  Done check(std::uint16_t channel, std::string_view what) {
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state_.get());
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
    std::string reason = std::string(what) + ": " + text_of_reply(reply);
    const bool is_refusal = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
                            reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
    if (!is_refusal) return fail(std::move(reason));
    confirm_closed(channel);
    return Failed(std::move(reason));
  }

  void confirm_closed(std::uint16_t channel) {
    consumers_.erase(channel);
    amqp_channel_close_ok_t closed{};
    amqp_send_method(state_.get(), channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &closed);
  }

  Next on_frame(const amqp_frame_t& frame) {
    if (frame.frame_type == AMQP_FRAME_METHOD) return on_method(frame);
    const auto found = consumers_.find(frame.channel);
    if (found == consumers_.end()) return std::optional<StreamEvent>();
    auto& [tag, contents, is_stale] = found->second;
    if (frame.frame_type == AMQP_FRAME_HEADER) {
      if (!contents.on_header(frame.payload.properties.body_size)) return out_of_order(is_stale);
      copy_properties(
          *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded),
          contents.content());
    } else if (frame.frame_type == AMQP_FRAME_BODY) {
      if (!contents.on_body(view_of(frame.payload.body_fragment))) return out_of_order(is_stale);
    }
    if (!contents.is_whole()) return std::optional<StreamEvent>();
    common::Message whole = contents.take();
    if (is_stale) return std::optional<StreamEvent>();
    return std::optional(StreamEvent{.channel = frame.channel, .message = std::move(whole)});
  }

  /// The rest of a message whose consumer was ended in the middle of it is nobody's fault.
  static Next out_of_order(bool is_stale) {
    if (is_stale) return std::optional<StreamEvent>();
    return Failed("the broker breaks the order of frames");
  }

  Next on_method(const amqp_frame_t& frame) {
    const amqp_method_t& method = frame.payload.method;
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) return Failed(text_of_close(method));
    const auto found = consumers_.find(frame.channel);
    if (found == consumers_.end()) return std::optional<StreamEvent>();
    if (method.id == AMQP_BASIC_DELIVER_METHOD) {
      const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
      common::Message begun;
      begun.tag = deliver.delivery_tag;
      begun.origin = view_of(deliver.exchange);
      begun.subject = view_of(deliver.routing_key);
      found->second.is_stale = view_of(deliver.consumer_tag) != found->second.tag;
      if (!found->second.contents.begin(std::move(begun)))
        return Failed("the broker breaks the order of frames");
    } else if (method.id == AMQP_BASIC_CANCEL_METHOD) {
      return std::optional(
          StreamEvent{.channel = frame.channel, .reason = "the stream was deleted"});
    } else if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
      std::string reason = text_of_close(method);
      confirm_closed(frame.channel);
      return std::optional(StreamEvent{.channel = frame.channel, .reason = std::move(reason)});
    }
    return std::optional<StreamEvent>();
  }

  Options options_;
  std::map<std::uint16_t, Consumer> consumers_;  ///< by channel
  std::uint64_t last_consumer_ = 0;
  bool is_broken_ = false;

  std::mutex mutex_;  ///< of the two below, where `interrupt` could see them change
  ConnectionState state_;
  int descriptor_ = -1;
};

StreamLink::StreamLink(const Options& options)
    : implementation_(std::make_unique<Implementation>(options)) {
}

StreamLink::~StreamLink() = default;

Done StreamLink::open(std::size_t broker) {
  return implementation_->open(broker);
}

void StreamLink::close() {
  implementation_->close();
}

void StreamLink::drop() {
  implementation_->drop();
}

void StreamLink::interrupt() {
  implementation_->interrupt();
}

Done StreamLink::consume(std::uint16_t channel, StreamStart start, std::uint16_t prefetch) {
  return implementation_->consume(channel, start, prefetch);
}

Done StreamLink::end(std::uint16_t channel) {
  return implementation_->end(channel);
}

bool StreamLink::is_open() const {
  return implementation_->is_open();
}

Next StreamLink::next() {
  return implementation_->next();
}

Done StreamLink::acknowledge(std::uint16_t channel, std::uint64_t tag) {
  return implementation_->acknowledge(channel, tag);
}

int StreamLink::descriptor() const {
  return implementation_->descriptor();
}

}  // namespace weir::adapters::amqp
