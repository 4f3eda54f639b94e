// Redis through hiredis: pub/sub.
#include "tests/bench/adapters/broker.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdexcept>
#include <sys/time.h>

namespace weir::tests::bench {
namespace {

constexpr timeval connect_patience{.tv_sec = 5, .tv_usec = 0};
constexpr std::size_t pipelined_max = 64;

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;
using Reply = std::unique_ptr<redisReply, FreeReply>;

Context connect(const Place& place) {
  Context context(redisConnectWithTimeout("127.0.0.1", place.port, connect_patience));
  if (!context || context->err != 0) throw std::runtime_error("redis: cannot connect");
  return context;
}

/// The next reply; waits for it.
Reply next_reply(redisContext& context) {
  void* reply = nullptr;
  if (redisGetReply(&context, &reply) != REDIS_OK) {
    throw std::runtime_error(std::string("redis: ") + context.errstr);
  }
  return Reply(static_cast<redisReply*>(reply));
}

class RedisPublisher final : public Publisher {
public:
  explicit RedisPublisher(const Place& place) : context_(connect(place)), channel_(place.name) {}

  void publish(std::string_view data) override {
    redisAppendCommand(context_.get(), "PUBLISH %s %b", channel_.c_str(), data.data(), data.size());
    if (++open_ == pipelined_max) flush();
  }
  void flush() override {
    for (; open_ > 0; --open_) next_reply(*context_);
  }

private:
  Context context_;
  std::string channel_;
  std::size_t open_ = 0;
};

class RedisConsumer final : public Consumer {
public:
  explicit RedisConsumer(const Place& place) : context_(connect(place)) {
    redisAppendCommand(context_.get(), "SUBSCRIBE %s", place.name.c_str());
    next_reply(*context_);
  }

  void take(const OnMessage& on_message) override {
    void* found = nullptr;
    if (redisGetReplyFromReader(context_.get(), &found) != REDIS_OK) {
      throw std::runtime_error("redis: a reply is broken");
    }
    if (found == nullptr) {
      pollfd readable{.fd = context_->fd, .events = POLLIN, .revents = 0};
      if (::poll(&readable, 1, idle_ms) == 1 && redisBufferRead(context_.get()) != REDIS_OK) {
        throw std::runtime_error(std::string("redis: ") + context_->errstr);
      }
      return;
    }
    const Reply reply(static_cast<redisReply*>(found));
    if (reply->elements != 3) return;
    on_message({reply->element[2]->str, static_cast<std::size_t>(reply->element[2]->len)});
  }

private:
  Context context_;
};

}  // namespace

std::unique_ptr<Publisher> make_redis_publisher(const Place& place) {
  return std::make_unique<RedisPublisher>(place);
}

std::unique_ptr<Consumer> make_redis_consumer(const Place& place) {
  return std::make_unique<RedisConsumer>(place);
}

}  // namespace weir::tests::bench
