#pragma once

#include "adapters/common/message.hpp"
#include "adapters/common/topic_inverse.hpp"
#include "adapters/redis/redis_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::redis {

/// Channels of one connection: says what to send, takes what comes. No connection knows anything of
/// the one before.
class ChannelReader {
public:
  explicit ChannelReader(std::uint64_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// The commands; messages of these channels have `id` from then on.
  [[nodiscard]] std::vector<Words> subscribe(std::uint64_t id,
                                             std::span<const common::SubjectPattern> channels);
  [[nodiscard]] std::vector<Words> unsubscribe(std::span<const common::SubjectPattern> channels);
  /// Subscriptions that the server has not confirmed.
  [[nodiscard]] std::size_t unconfirmed() const { return unconfirmed_; }
  /// Appends what it says.
  void on_reply(const redisReply& reply, std::deque<common::BrokerEvent>& out);

private:
  using Ids = std::map<std::string, std::uint64_t, std::less<>>;

  std::uint64_t body_bytes_max_;
  Ids channels_;
  Ids patterns_;
  std::size_t unconfirmed_ = 0;
};

/// A channel as the configuration has it.
[[nodiscard]] common::SubjectPattern to_pattern(const std::string& channel);

}  // namespace weir::adapters::redis
