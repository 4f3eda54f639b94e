#pragma once

#include "adapters/common/broker_link.hpp"
#include "adapters/common/broker_url.hpp"
#include "protocol/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pollfd;        // NOLINT(readability-identifier-naming): theirs
struct redisContext;  // NOLINT(readability-identifier-naming): theirs
struct redisReply;    // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::redis {

struct FreeReply {
  void operator()(redisReply* reply) const;
};
/// What the server has answered.
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// What is sent: a command and what it is about.
using Words = std::vector<std::string>;

enum class Life : std::uint8_t {
  fine,
  ping,  ///< it should be asked for a sign of life; said once
  gone,
};

/// One connection to a server through hiredis, which reads and writes without waiting. One thread.
/// Errors: one sentence; the connection is of no use any more then.
class RedisSocket {
public:
  using Clock = std::chrono::steady_clock;
  using Done = protocol::Result<void, std::string>;

  struct Options {
    std::string name;  ///< shown by the server
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds heartbeat{10000};
    int interrupt = -1;  ///< a descriptor: connecting ends as soon as it is readable
  };

  explicit RedisSocket(Options options);
  ~RedisSocket();
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;

  /// Connects, logs in and selects the database. Waits.
  Done open(const common::BrokerUrl& broker);
  void close();
  [[nodiscard]] bool is_open() const { return context_ != nullptr; }

  /// Sends it, as soon as the socket takes it.
  void send(const Words& words);
  /// Writes what is left.
  Done write();
  [[nodiscard]] bool has_unwritten() const { return has_unwritten_; }
  /// The next answer; nullopt: none now.
  [[nodiscard]] protocol::Result<std::optional<Reply>, std::string> read();
  /// When there was nothing to read: whether the server still lives.
  [[nodiscard]] Life life(Clock::time_point now);
  /// Sends it and waits for its answer, while no other is due. What the server says against it is
  /// an error.
  [[nodiscard]] protocol::Result<Reply, std::string> ask(const Words& words);

  /// -1: it is not open.
  [[nodiscard]] int descriptor() const;
  void watch(common::Reading reading, std::vector<pollfd>& out) const;

private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };

  [[nodiscard]] std::string fault() const;
  Done wait(Clock::time_point deadline);
  Done log_in(const common::BrokerUrl& broker);

  Options options_;
  std::unique_ptr<redisContext, FreeContext> context_;
  bool has_unwritten_ = false;
  bool has_pinged_ = false;     ///< since it was heard
  Clock::time_point heard_at_;  ///< or connected
};

}  // namespace weir::adapters::redis
