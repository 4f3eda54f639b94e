#pragma once

#include "adapters/common/message.hpp"
#include "adapters/common/wake_up.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace weir::adapters::nats {

/// What the threads of libnats have for the thread of the adapter. NATS cannot be told to wait:
/// what comes while this is full is lost, and that stands in its place. Callbacks of a connection
/// that was given up may still come; they know its number, and nobody listens to them. Any thread.
class NatsInbox {
public:
  static constexpr std::size_t messages_max = 65536;
  static constexpr std::size_t bytes_max = std::size_t{16} << 20U;

  /// A new connection begins: forgets the one before. Returns its number.
  std::uint64_t begin();

  void put(std::uint64_t connection, common::Message message);
  /// A loss or a complaint.
  void tell(std::uint64_t connection, common::BrokerEvent event);
  /// The connection is of no use any more.
  void end(std::uint64_t connection, const std::string& reason);

  /// The next thing; nullopt: nothing now.
  [[nodiscard]] std::optional<common::BrokerEvent> take();
  /// Why it has ended.
  [[nodiscard]] std::optional<std::string> ended();
  /// Lets `descriptor` be readable.
  void wake() { wake_up_.signal(); }
  [[nodiscard]] int descriptor() const { return wake_up_.descriptor(); }

private:
  void push(common::BrokerEvent event);

  common::WakeUp wake_up_;
  std::mutex mutex_;
  std::uint64_t connection_ = 0;
  std::deque<common::BrokerEvent> events_;
  std::size_t bytes_ = 0;  ///< of the bodies in it
  bool is_losing_ = false;
  std::optional<std::string> ended_;
};

}  // namespace weir::adapters::nats
