#pragma once

#include "adapters/common/tls_channel.hpp"
#include "adapters/tcp/feed_session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// A feeder's stream and its session: the shell that reads and writes what the session wants. Owned
/// by the adapter; its io thread only.
class FeedConnection {
public:
  /// A feeder that takes nothing of what it was sent for so long is gone.
  static constexpr std::chrono::seconds stall_max{30};
  /// One that may not feed has so long to read why.
  static constexpr std::chrono::seconds farewell_max{1};

  struct Options {
    int descriptor = -1;                      ///< a connected socket, ours from now on
    std::unique_ptr<common::TlsChannel> tls;  ///< nullptr: plain
    std::chrono::milliseconds handshake_max;  ///< until it may feed
    /// It must first say something: a process that is stopped is connected to all the same.
    bool must_speak = false;
  };

  struct Events {
    /// It may feed now. At most once.
    std::function<void()> ready;
    /// It has told a name. At most once.
    std::function<void()> named;
    /// Once, and the last: the connection may be destroyed. Never from inside a call of its
    /// functions.
    std::function<void(const std::string& reason)> closed;
  };

  FeedConnection(boost::asio::io_context& context,
                 Options options,
                 std::unique_ptr<FeedSession> session,
                 Events events);
  ~FeedConnection();
  FeedConnection(const FeedConnection&) = delete;
  FeedConnection& operator=(const FeedConnection&) = delete;

  /// Whether its session may still be used; what is left in its buffer is lost with it.
  [[nodiscard]] bool is_live() const;
  /// Whether `ready` has come.
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] FeedSession& session();
  [[nodiscard]] const FeedSession& session() const;
  /// Begins what the session wants now. To be called after each change of it.
  void go_on();
  /// Closes what has finished, stalled or fallen silent. A few times a second.
  void tick(TimePoint now);
  void close(const std::string& reason);

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
