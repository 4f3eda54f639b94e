#pragma once

#include "protocol/websocket/frame.hpp"

#include <string>
#include <string_view>

namespace weir::tests::bench {

/// The connection, as its dialect sees it. Owned by nobody but the call.
class Conversation {
public:
  virtual ~Conversation() = default;
  /// Sends one WebSocket message.
  virtual void say(std::string_view message) = 0;
  /// The subscription is confirmed: what is published from now on arrives.
  virtual void on_live() = 0;
  /// One published thing; its stamp is somewhere in `data`.
  virtual void on_delivery(std::string_view data) = 0;
  /// The server says that something will never arrive.
  virtual void on_gap() = 0;
  /// The server refuses, or says what makes no sense; the connection ends.
  virtual void on_refusal(std::string_view why) = 0;
};

/// What the opening handshake asks for.
struct Upgrade {
  std::string target;
  std::string_view subprotocol{};                                          ///< empty: none
  protocol::websocket::Opcode opcode = protocol::websocket::Opcode::text;  ///< of what is said
  bool offers_deflate = false;
};

/// What is said inside the WebSocket: one subscription on one connection. Sans-IO; owned by its
/// subscriber.
class Dialect {
public:
  virtual ~Dialect() = default;
  [[nodiscard]] virtual Upgrade upgrade() const = 0;
  virtual void on_open(Conversation& conversation) = 0;
  /// Takes one whole message of the server, which is what a page in a browser gets to see.
  virtual void on_message(std::string_view message, Conversation& conversation) = 0;
  /// Some seconds have gone by: time to show signs of life where the protocol wants them.
  virtual void on_tick(Conversation& /*conversation*/) {}
};

}  // namespace weir::tests::bench
