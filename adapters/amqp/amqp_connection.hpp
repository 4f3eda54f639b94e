#pragma once

#include "adapters/amqp/ack_book.hpp"
#include "adapters/amqp/amqp_config.hpp"
#include "adapters/amqp/delivery.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::adapters::amqp {

/// What was found when a connection was opened.
struct Opened {
  bool had_queue = false;  ///< the queue was there before, so it kept what came meanwhile
};

/// One connection to a broker through rabbitmq-c: opens it, declares and consumes what the
/// configuration says, and passes on what comes. One thread, which it blocks for at most the
/// timeouts of the configuration; but for `interrupt`. Reads nothing ahead of what the broker may
/// send. Errors: one sentence; the connection is of no use any more then.
class AmqpConnection {
public:
  struct Options {
    const AmqpConfig& config;  ///< outlives it
    std::string name;          ///< shown by the broker
    std::uint64_t body_bytes_max = 0;
    int interrupt = -1;  ///< a descriptor: dialling ends as soon as it is readable
  };

  explicit AmqpConnection(Options options);
  ~AmqpConnection();
  AmqpConnection(const AmqpConnection&) = delete;
  AmqpConnection& operator=(const AmqpConnection&) = delete;

  [[nodiscard]] protocol::Result<Opened, std::string> open(const Broker& broker);
  /// Says goodbye where the broker still listens.
  void close();
  /// Ends it without a word.
  void drop();
  /// Any thread: whatever waits for the broker fails at once.
  void interrupt();

  /// The next thing that has come; nullopt: nothing now. Sends heartbeats that are due, so call it
  /// once a second at least.
  [[nodiscard]] protocol::Result<std::optional<Event>, std::string> next();
  [[nodiscard]] protocol::Result<void, std::string> settle(const Settlement& settlement);
  /// Whether a small message can be sent without waiting.
  [[nodiscard]] bool can_send() const;
  /// The tag by which it will be confirmed.
  [[nodiscard]] protocol::Result<std::uint64_t, std::string> publish(
      const OutgoingMessage& message);
  /// Readable when something has come; -1: it is not open.
  [[nodiscard]] int descriptor() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::amqp
