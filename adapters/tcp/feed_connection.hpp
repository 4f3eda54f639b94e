#pragma once

#include "adapters/tcp/feed_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// A feeder's socket and its session: the shell that reads and writes what the session wants. Owned
/// by the adapter; its io thread only. `closed` is called once, with why, when no operation is left
/// and the connection may be destroyed; never from inside a call of its functions.
class FeedConnection {
public:
  /// A feeder that takes nothing of what it was sent for so long is gone.
  static constexpr std::chrono::seconds stall_max{30};

  using Closed = std::function<void(std::uint32_t connection, const std::string& reason)>;

  /// Takes over the connected socket `descriptor`.
  FeedConnection(boost::asio::io_context& context,
                 int descriptor,
                 std::unique_ptr<FeedSession> session,
                 Closed closed,
                 std::uint32_t id);
  ~FeedConnection();
  FeedConnection(const FeedConnection&) = delete;
  FeedConnection& operator=(const FeedConnection&) = delete;

  [[nodiscard]] FeedSession& session();
  /// Begins what the session wants now. To be called after each change of it.
  void go_on();
  /// Closes what has finished or stalled. A few times a second.
  void tick(TimePoint now);
  void close(const std::string& reason);

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
