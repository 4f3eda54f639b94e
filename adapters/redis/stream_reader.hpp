#pragma once

#include "adapters/common/message.hpp"
#include "adapters/redis/redis_config.hpp"
#include "adapters/redis/redis_socket.hpp"
#include "adapters/redis/stream_position.hpp"
#include "protocol/core/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::redis {

/// Reads streams, one command after the other: says what to send, takes the answer. Each read
/// begins with the entry that was read last: as long as that is there, nothing behind it was
/// trimmed, and the stream is still the same one. Positions outlive connections.
class StreamReader {
public:
  /// Entries of one read, besides the one that is known.
  static constexpr std::size_t batch = 256;

  struct Options {
    std::vector<std::string> streams;
    From from = From::newest;
    std::string payload;  ///< the field that is the body; empty: all of them are
    std::uint64_t body_bytes_max = 0;
    std::chrono::milliseconds wait{5000};  ///< for news, before the server says that there are none
  };

  explicit StreamReader(const Options& options);

  /// A connection is new: what to send first.
  [[nodiscard]] Words begin();
  /// Takes the answer to the command before: appends what it says, returns the next command.
  /// Errors: what the server says against it.
  [[nodiscard]] protocol::Result<Words, std::string> on_reply(const redisReply& reply,
                                                              std::deque<common::BrokerEvent>& out);

private:
  struct Stream {
    std::string key;
    StreamPosition position;
    bool has_begun = false;
    bool has_news = false;
    bool is_judged = false;  ///< the entry at its position need not be there
  };
  enum class Step : std::uint8_t { info, range, wait };

  [[nodiscard]] Words next_command();
  [[nodiscard]] Words ask_info();
  [[nodiscard]] Words ask_range();
  [[nodiscard]] Words ask_news();
  [[nodiscard]] Stream& current() { return streams_.at(current_); }

  void on_info(const StreamInfo& info, std::deque<common::BrokerEvent>& out);
  /// False: the entry that was read last is missing.
  [[nodiscard]] bool on_range(const redisReply& reply, std::deque<common::BrokerEvent>& out);
  void on_news(const redisReply& reply);
  [[nodiscard]] common::Message to_message(const redisReply& fields) const;

  Options options_;
  std::vector<Stream> streams_;
  std::size_t current_ = 0;
  Step step_ = Step::wait;
};

/// What XINFO STREAM says; also that there is none.
/// Errors: what the server says against it.
[[nodiscard]] protocol::Result<StreamInfo, std::string> to_info(const redisReply& reply);

/// The text of an answer; empty where it is none.
[[nodiscard]] std::string_view text_of(const redisReply& reply);

}  // namespace weir::adapters::redis
