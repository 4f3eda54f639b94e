#pragma once

#include "clients/cpp/url.hpp"
#include "protocol/core/error.hpp"
#include "protocol/native/client_codec.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;  // NOLINT(*-identifier-naming): Asio's; its headers stay in .cpp files
}

namespace weir::clients::cpp {

/// What a connection tells its owner. No call comes after the first of on_closed and on_failed.
class ConnectionOwner {
public:
  virtual void on_open() = 0;
  virtual void on_message(std::string_view message) = 0;
  virtual void on_alive() = 0;
  virtual void on_closed(std::uint16_t code, std::string reason) = 0;
  virtual void on_failed(protocol::Retry retry, std::string reason) = 0;

protected:
  ConnectionOwner() = default;
  ConnectionOwner(const ConnectionOwner&) = default;
  ConnectionOwner& operator=(const ConnectionOwner&) = default;
  ~ConnectionOwner() = default;
};

/// One attempt to reach a gateway, and what came of it: the socket and its channel. It counts its
/// operations; its owner may let go of it once `is_finished`, or when the io_context is at its end.
class Connection {
public:
  /// All of them outlive it. `ca_file`: who may vouch for a `wss` gateway, PEM; empty: whom the
  /// system trusts.
  Connection(boost::asio::io_context& context,
             const Url& url,
             const std::string& ca_file,
             const protocol::native::ClientCodec& codec,
             ConnectionOwner& owner);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  void start();
  void send(std::string_view message);
  /// Nothing is told any more; what can still be sent is, for a short time.
  void close(std::uint16_t code, std::string_view reason);
  [[nodiscard]] bool is_finished() const;

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::clients::cpp
