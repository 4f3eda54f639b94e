#pragma once

#include "adapters/common/tls_channel.hpp"
#include "adapters/tcp/upstream_table.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::tcp {

/// The bytes of one connected socket, plain or through TLS, read one piece at a time and written
/// one text at a time. One io thread; events come from there, never from inside a call of its
/// functions.
class FeedStream {
public:
  struct Events {
    /// So many bytes are where `read` was told to put them.
    std::function<void(std::size_t bytes)> read;
    /// The peer sends no more.
    std::function<void()> ended;
    /// What was given to `write` is gone.
    std::function<void()> written;
    /// TLS: the handshake is done. A plain one is open from the beginning.
    std::function<void()> opened;
    /// Once, and the last: no operation is left, and the stream may be destroyed.
    std::function<void(const std::string& reason)> closed;
  };

  /// Takes over the connected socket `descriptor`. `tls`: nullptr: plain.
  FeedStream(boost::asio::io_context& context,
             int descriptor,
             std::unique_ptr<common::TlsChannel> tls,
             Events events);
  ~FeedStream();
  FeedStream(const FeedStream&) = delete;
  FeedStream& operator=(const FeedStream&) = delete;

  /// Not closed.
  [[nodiscard]] bool is_live() const;
  [[nodiscard]] bool is_open() const;
  [[nodiscard]] bool is_reading() const;
  [[nodiscard]] bool is_writing() const;
  /// When the socket last took something of what it has to send; nothing waits: now.
  [[nodiscard]] TimePoint progress_at(TimePoint now) const;

  /// While live and not reading. `to` stays until the event `read`, `ended` or `closed`. With TLS
  /// this also moves the handshake on.
  void read(std::span<char> to);
  /// While open and not writing. Leaves `text` empty.
  void write(std::string& text);
  /// Says that nothing more will be written; what is unsent is lost.
  void finish_writing();
  void close(const std::string& reason);

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
