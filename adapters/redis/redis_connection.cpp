#include "adapters/redis/redis_connection.hpp"

#include "adapters/redis/channel_reader.hpp"
#include "adapters/redis/redis_socket.hpp"
#include "adapters/redis/stream_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <hiredis/hiredis.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace weir::adapters::redis {

namespace {

using Clock = RedisSocket::Clock;
using Failed = protocol::Unexpected<std::string>;
using Done = protocol::Result<void, std::string>;
using Next = protocol::Result<std::optional<common::BrokerEvent>, std::string>;
using common::Continuity;

RedisSocket::Options socket_options(const RedisConnectionOptions& options) {
  return {.name = options.name,
          .connect_timeout = options.config.patience.connect_timeout,
          .heartbeat = options.config.patience.heartbeat,
          .interrupt = options.interrupt};
}

class RedisConnection final : public common::BrokerLink {
public:
  explicit RedisConnection(RedisConnectionOptions options)
      : options_(std::move(options)),
        source_(socket_options(options_)),
        publisher_(socket_options(options_)),
        channels_(options_.body_bytes_max),
        streams_({.streams = config().streams,
                  .from = config().from,
                  .payload = config().payload,
                  .body_bytes_max = options_.body_bytes_max,
                  // so that a server that lives is heard
                  .wait = config().patience.heartbeat / 2}) {}

  protocol::Result<Continuity, std::string> open(std::size_t index) override {
    drop();
    const common::BrokerUrl& broker = config().brokers.at(index);
    for (RedisSocket* const socket : {&source_, &publisher_}) {
      const bool is_needed = socket == &source_ ? config().reads() : config().upstream;
      if (!is_needed) continue;
      if (auto done = socket->open(broker); !done) return Failed(done.error());
    }
    note_descriptors();
    if (auto done = begin_reading(); !done) return Failed(done.error());
    return config().channels.empty() ? Continuity::kept : Continuity::lost;
  }

  void close() override { drop(); }

  /// What was read of streams stays: it is behind their positions.
  void drop() override {
    source_.close();
    publisher_.close();
    note_descriptors();
    channels_ = ChannelReader(options_.body_bytes_max);
    answers_.clear();
    expected_.clear();
    last_tag_ = 0;
  }

  void interrupt() override {
    const std::lock_guard lock(mutex_);
    for (const int descriptor : descriptors_) {
      if (descriptor >= 0) shutdown(descriptor, SHUT_RDWR);
    }
  }

  Done work() override {
    for (RedisSocket* const socket : {&source_, &publisher_}) {
      if (!socket->is_open()) continue;
      if (auto done = socket->write(); !done) return done;
    }
    return {};
  }

  Next next() override {
    for (;;) {
      for (auto* const events : {&events_, &answers_}) {
        if (events->empty()) continue;
        std::optional<common::BrokerEvent> event(std::move(events->front()));
        events->pop_front();
        return event;
      }
      const auto has_read_source = read_source();
      if (!has_read_source) return Failed(has_read_source.error());
      const auto has_read_answer = read_answer();
      if (!has_read_answer) return Failed(has_read_answer.error());
      if (!*has_read_source && !*has_read_answer) return std::optional<common::BrokerEvent>();
    }
  }

  void watch(common::Reading reading, std::vector<pollfd>& out) const override {
    for (const RedisSocket* const socket : {&source_, &publisher_}) {
      if (socket->is_open()) socket->watch(reading, out);
    }
  }

  [[nodiscard]] bool can_send() const override {
    return publisher_.is_open() && !publisher_.has_unwritten();
  }

  protocol::Result<std::uint64_t, std::string> publish(
      const common::OutgoingMessage& message) override {
    publisher_.send(to_command(message));
    expected_.push_back(++last_tag_);
    if (auto done = publisher_.write(); !done) return Failed(done.error());
    return last_tag_;
  }

  Done subscribe(std::uint64_t id, std::span<const common::SubjectPattern> patterns) override {
    for (const Words& words : channels_.subscribe(id, patterns)) source_.send(words);
    return source_.write();
  }

  Done unsubscribe(std::uint64_t /*id*/,
                   std::span<const common::SubjectPattern> patterns) override {
    for (const Words& words : channels_.unsubscribe(patterns)) source_.send(words);
    return source_.write();
  }

private:
  using HasRead = protocol::Result<bool, std::string>;

  [[nodiscard]] const RedisConfig& config() const { return options_.config; }

  void note_descriptors() {
    const std::lock_guard lock(mutex_);
    descriptors_ = {source_.descriptor(), publisher_.descriptor()};
  }

  Done begin_reading() {
    if (!config().streams.empty()) {
      source_.send(streams_.begin());
      return source_.write();
    }
    if (config().on_demand || config().channels.empty()) return {};
    std::vector<common::SubjectPattern> channels;
    for (const std::string& channel : config().channels) channels.push_back(to_pattern(channel));
    if (auto done = subscribe(0, channels); !done) return done;
    return wait_for_confirmations();
  }

  Done wait_for_confirmations() {
    const auto deadline = Clock::now() + config().patience.connect_timeout;
    while (channels_.unconfirmed() > 0) {
      const auto has_read = read_source();
      if (!has_read) return Failed(has_read.error());
      if (*has_read) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return Failed("the server does not confirm the subscriptions");
      std::vector<pollfd> watched;
      source_.watch(common::Reading::on, watched);
      watched.push_back({options_.interrupt, POLLIN, 0});
      poll(watched.data(), watched.size(), static_cast<int>(left.count()));
      if (watched.back().revents != 0) return Failed("interrupted");
      if (auto done = source_.write(); !done) return done;
    }
    return {};
  }

  HasRead read_source() {
    if (!source_.is_open()) return false;
    auto reply = source_.read();
    if (!reply) return Failed(reply.error());
    if (!*reply) return is_alive(source_);
    if (config().streams.empty()) {
      channels_.on_reply(***reply, events_);
      return true;
    }
    const auto words = streams_.on_reply(***reply, events_);
    if (!words) return Failed(words.error());
    source_.send(*words);
    if (auto done = source_.write(); !done) return Failed(done.error());
    return true;
  }

  HasRead read_answer() {
    if (!publisher_.is_open()) return false;
    auto reply = publisher_.read();
    if (!reply) return Failed(reply.error());
    if (!*reply) return is_alive(publisher_);
    if (expected_.empty()) return Failed("the server answers what nobody asked");
    const std::uint64_t tag = expected_.front();
    expected_.pop_front();
    if (tag == ping_tag) return true;
    const redisReply& answer = ***reply;
    if (answer.type == REDIS_REPLY_ERROR)
      answers_.emplace_back(
          common::Returned{tag, "the server does not take it: " + std::string(text_of(answer))});
    answers_.emplace_back(common::Confirm{.tag = tag, .is_multiple = false, .is_taken = true});
    return true;
  }

  /// Nothing was read: false, or why it is of no use any more.
  HasRead is_alive(RedisSocket& socket) {
    switch (socket.life(Clock::now())) {
      case Life::fine:
        break;
      case Life::gone:
        return Failed("the server has been silent for too long");
      case Life::ping:
        // who waits for news of a stream hears that there are none
        if (&socket == &source_ && !config().streams.empty()) break;
        socket.send({"PING"});
        if (&socket == &publisher_) expected_.push_back(ping_tag);
        if (auto done = socket.write(); !done) return Failed(done.error());
        break;
    }
    return false;
  }

  [[nodiscard]] Words to_command(const common::OutgoingMessage& message) const {
    if (config().target == Target::channel) return {"PUBLISH", message.subject, message.body};
    Words words{"XADD", message.subject};
    if (config().publish_maxlen > 0) {
      for (const char* const word : {"MAXLEN", "~"}) words.emplace_back(word);
      words.push_back(std::to_string(config().publish_maxlen));
    }
    words.emplace_back("*");
    words.emplace_back("data");
    words.push_back(message.body);
    words.emplace_back("message_id");
    words.push_back(message.message_id);
    for (const auto& [name, value] : message.headers) {
      words.emplace_back(name);
      words.push_back(value);
    }
    return words;
  }

  static constexpr std::uint64_t ping_tag = 0;

  RedisConnectionOptions options_;
  RedisSocket source_;
  RedisSocket publisher_;
  ChannelReader channels_;
  StreamReader streams_;
  std::deque<common::BrokerEvent> events_;   ///< of the source
  std::deque<common::BrokerEvent> answers_;  ///< to what was published
  std::deque<std::uint64_t> expected_;       ///< tags of what has no answer yet
  std::uint64_t last_tag_ = 0;

  std::mutex mutex_;  ///< of the descriptors, where `interrupt` could see them change
  std::array<int, 2> descriptors_{-1, -1};
};

}  // namespace

std::unique_ptr<common::BrokerLink> make_redis_connection(RedisConnectionOptions options) {
  return std::make_unique<RedisConnection>(std::move(options));
}

}  // namespace weir::adapters::redis
