#include "adapters/redis/redis_socket.hpp"

#include "adapters/common/blocking_dial.hpp"

#include <array>
#include <hiredis/hiredis.h>
#include <new>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace weir::adapters::redis {

namespace {

using Failed = protocol::Unexpected<std::string>;

}  // namespace

void FreeReply::operator()(redisReply* reply) const {
  freeReplyObject(reply);
}

void RedisSocket::FreeContext::operator()(redisContext* context) const {
  redisFree(context);
}

RedisSocket::RedisSocket(Options options) : options_(std::move(options)) {
}

RedisSocket::~RedisSocket() = default;

void RedisSocket::close() {
  context_.reset();
}

int RedisSocket::descriptor() const {
  return context_ ? context_->fd : -1;
}

std::string RedisSocket::fault() const {
  return context_->errstr;
}

RedisSocket::Done RedisSocket::open(const common::BrokerUrl& broker) {
  close();
  const auto dialled = common::blocking_dial({.host = broker.host,
                                              .port = broker.port,
                                              .timeout = options_.connect_timeout,
                                              .interrupt = options_.interrupt});
  if (!dialled) return Failed(dialled.error());
  context_.reset(redisConnectFd(*dialled));
  if (!context_) {
    ::close(*dialled);
    throw std::bad_alloc();
  }
  has_unwritten_ = false;
  has_pinged_ = false;
  heard_at_ = Clock::now();
  return log_in(broker);
}

RedisSocket::Done RedisSocket::log_in(const common::BrokerUrl& broker) {
  std::vector<Words> commands;
  if (broker.user) {
    Words words{"AUTH"};
    if (!broker.user->empty()) words.push_back(*broker.user);
    words.push_back(broker.password);
    commands.push_back(std::move(words));
  }
  if (!broker.path.empty()) commands.push_back({"SELECT", broker.path});
  commands.push_back({"CLIENT", "SETNAME", options_.name});
  for (const Words& words : commands) {
    if (const auto reply = ask(words); !reply) return Failed(words[0] + ": " + reply.error());
  }
  return {};
}

void RedisSocket::send(const Words& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  texts.reserve(words.size());
  sizes.reserve(words.size());
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  const int status = redisAppendCommandArgv(
      context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data());
  if (status != REDIS_OK) throw std::bad_alloc();
  has_unwritten_ = true;
}

RedisSocket::Done RedisSocket::write() {
  if (!has_unwritten_) return {};
  int is_done = 0;
  if (redisBufferWrite(context_.get(), &is_done) != REDIS_OK) return Failed(fault());
  has_unwritten_ = is_done == 0;
  return {};
}

protocol::Result<std::optional<Reply>, std::string> RedisSocket::read() {
  void* reply = nullptr;
  if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) return Failed(fault());
  if (reply == nullptr) {
    pollfd watched{context_->fd, POLLIN, 0};
    if (poll(&watched, 1, 0) == 0) return std::optional<Reply>();
    if (redisBufferRead(context_.get()) != REDIS_OK) return Failed(fault());
    heard_at_ = Clock::now();
    has_pinged_ = false;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) return Failed(fault());
  }
  if (reply == nullptr) return std::optional<Reply>();
  return std::optional<Reply>(static_cast<redisReply*>(reply));
}

Life RedisSocket::life(Clock::time_point now) {
  const auto silence = now - heard_at_;
  if (silence >= 2 * options_.heartbeat) return Life::gone;
  if (silence < options_.heartbeat || std::exchange(has_pinged_, true)) return Life::fine;
  return Life::ping;
}

protocol::Result<Reply, std::string> RedisSocket::ask(const Words& words) {
  send(words);
  const auto deadline = Clock::now() + options_.connect_timeout;
  for (;;) {
    if (auto done = write(); !done) return Failed(done.error());
    auto reply = read();
    if (!reply) return Failed(reply.error());
    if (*reply) {
      Reply whole = *std::move(*reply);
      if (whole->type == REDIS_REPLY_ERROR)
        return Failed(std::string(whole->str, static_cast<std::size_t>(whole->len)));
      return whole;
    }
    if (auto done = wait(deadline); !done) return Failed(done.error());
  }
}

RedisSocket::Done RedisSocket::wait(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) return Failed("the server does not answer");
  const int events = has_unwritten_ ? POLLIN | POLLOUT : POLLIN;
  std::array<pollfd, 2> watched{pollfd{context_->fd, static_cast<short>(events), 0},
                                pollfd{options_.interrupt, POLLIN, 0}};
  poll(watched.data(), watched.size(), static_cast<int>(left.count()));
  if (watched[1].revents != 0) return Failed("interrupted");
  return {};
}

void RedisSocket::watch(common::Reading reading, std::vector<pollfd>& out) const {
  int events = reading == common::Reading::on ? POLLIN : 0;
  if (has_unwritten_) events |= POLLOUT;
  // without a wish, poll would still tell that the server has gone, again and again
  if (events != 0) out.push_back({descriptor(), static_cast<short>(events), 0});
}

}  // namespace weir::adapters::redis
