#pragma once

#include "adapters/common/ack_book.hpp"
#include "adapters/common/intake.hpp"
#include "adapters/common/message.hpp"
#include "adapters/common/topic_inverse.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct pollfd;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::common {

/// Whether messages are read now.
enum class Reading : std::uint8_t { on, paused };

/// One connection to a broker, through whatever library: opens it and passes on what comes. Owned
/// by a BrokerFeed, whose thread makes every call but `interrupt`; it may be blocked for at most
/// the timeouts of the configuration. Errors: one sentence; the connection is of no use any more
/// then, until `drop` and the next `open`.
class BrokerLink {
public:
  BrokerLink() = default;
  virtual ~BrokerLink() = default;
  BrokerLink(const BrokerLink&) = delete;
  BrokerLink& operator=(const BrokerLink&) = delete;

  /// `broker` of the configuration. Whatever is configured is declared, subscribed to or read from.
  virtual protocol::Result<Continuity, std::string> open(std::size_t broker) = 0;
  /// Says goodbye where the broker still listens.
  virtual void close() = 0;
  /// Ends it without a word.
  virtual void drop() = 0;
  /// Any thread: whatever waits for the broker fails at once.
  virtual void interrupt() = 0;

  /// What must be done from time to time whatever comes: heartbeats, writing what is left.
  virtual protocol::Result<void, std::string> work() { return {}; }
  /// The next thing that has come; nullopt: nothing now. Not called while reading is paused.
  virtual protocol::Result<std::optional<BrokerEvent>, std::string> next() = 0;
  /// Adds the descriptors that say when there is something to do.
  virtual void watch(Reading reading, std::vector<pollfd>& out) const = 0;
  virtual protocol::Result<void, std::string> settle(const Settlement& /*settlement*/) {
    return {};
  }

  /// Whether a small message can be sent without waiting.
  [[nodiscard]] virtual bool can_send() const = 0;
  /// The tag by which it will be confirmed: 1, 2, 3 ... of this connection.
  virtual protocol::Result<std::uint64_t, std::string> publish(const OutgoingMessage& message) = 0;

  /// On demand: messages that match one of the patterns have `id` from now on.
  virtual protocol::Result<void, std::string> subscribe(
      std::uint64_t /*id*/, std::span<const SubjectPattern> /*patterns*/) {
    return {};
  }
  virtual protocol::Result<void, std::string> unsubscribe(
      std::uint64_t /*id*/, std::span<const SubjectPattern> /*patterns*/) {
    return {};
  }
};

}  // namespace weir::adapters::common
