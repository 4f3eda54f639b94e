#pragma once

#include "adapters/amqp/stream_config.hpp"
#include "adapters/common/message.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::adapters::amqp {

/// What has come over a channel.
struct StreamEvent {
  std::uint16_t channel = 0;
  /// nullopt: the broker has closed the channel, and `reason` says why.
  std::optional<common::Message> message{};
  std::string reason{};
};

/// One connection to a broker through rabbitmq-c, with a channel for each consumer of the stream.
/// One thread, which it blocks for at most the timeouts of the configuration; but for `interrupt`.
/// Reads nothing ahead of what the broker may send. Errors: one sentence; the connection is of no
/// use any more then, unless it says otherwise.
class StreamLink {
public:
  using Done = protocol::Result<void, std::string>;

  struct Options {
    const StreamConfig& config;  ///< outlives it
    std::string name;            ///< shown by the broker
    std::uint64_t body_bytes_max = 0;
    int interrupt = -1;  ///< a descriptor: dialling ends as soon as it is readable
  };

  explicit StreamLink(const Options& options);
  ~StreamLink();
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;

  /// Logs in at the broker of that number.
  [[nodiscard]] Done open(std::size_t broker);
  /// Says goodbye where the broker still listens.
  void close();
  /// Ends it without a word.
  void drop();
  /// Any thread: whatever waits for the broker fails at once.
  void interrupt();

  /// Opens the channel, which is not open, and consumes from there. Errors: the connection stays
  /// good where `is_open`.
  [[nodiscard]] Done consume(std::uint16_t channel, StreamStart start, std::uint16_t prefetch);
  [[nodiscard]] Done end(std::uint16_t channel);
  [[nodiscard]] bool is_open() const;

  /// The next thing that has come; nullopt: nothing now. Sends heartbeats that are due, so call it
  /// once a second at least.
  [[nodiscard]] protocol::Result<std::optional<StreamEvent>, std::string> next();
  /// All messages of the channel up to that tag: the broker may send as many more.
  [[nodiscard]] Done acknowledge(std::uint16_t channel, std::uint64_t tag);
  /// Readable when something has come; -1: it is not open.
  [[nodiscard]] int descriptor() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::amqp
