#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::adapters::amqp {

/// One message that the broker has delivered, on its way into the gateway.
struct Delivery {
  std::uint64_t tag = 0;  ///< of the channel: 1, 2, 3 ...
  std::string exchange;
  std::string routing_key;
  std::string message_id;                                    ///< empty: it has none
  std::vector<std::pair<std::string, std::string>> headers;  ///< those that are text or numbers
  std::string body;
  std::uint64_t body_bytes = 0;  ///< as declared
  bool is_too_big = false;       ///< `body` was left out
};

/// The broker says what became of what was published.
struct Confirm {
  std::uint64_t tag = 0;     ///< 1, 2, 3 ... in the order of publishing
  bool is_multiple = false;  ///< all up to it, too
  bool is_taken = false;
};

/// The broker gave a published message back; its Confirm follows.
struct Returned {
  std::uint64_t tag = 0;  ///< as in its Confirm
  std::string reason;
};

/// What the broker says.
using Event = std::variant<Delivery, Confirm, Returned>;

/// What a client published, on its way to the broker.
struct OutgoingMessage {
  std::string routing_key;
  std::string body;
  std::string_view content_type;  ///< a literal
  std::string message_id;
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are literals
};

}  // namespace weir::adapters::amqp
