#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
#include <weir/weir_adapter.h>

// What adapters for brokers have in common to say about messages, whatever the broker calls it.
namespace weir::adapters::common {

/// One message that a broker has delivered, on its way into the gateway.
struct Message {
  std::uint64_t tag = 0;  ///< the broker's number of it: 1, 2, 3 ...; 0: it wants no answer
  std::uint64_t subscription = 0;  ///< which of DemandSet brought it; 0: not on demand
  std::string subject;             ///< routing key, topic, subject, channel or stream
  std::string origin;              ///< exchange or stream; empty: there is but one
  std::string message_id;          ///< empty: it has none
  std::vector<std::pair<std::string, std::string>> headers;  ///< those that are text or numbers
  std::string body;
  std::uint64_t body_bytes = 0;  ///< as declared
  bool is_too_big = false;       ///< `body` was left out
};

/// Messages were lost at this place, for all topics that none of the members leaves out.
struct Loss {
  weir_cause cause = WEIR_CAUSE_SOURCE;
  std::optional<std::string> origin;  ///< only topics of this one
  std::optional<std::string> filter;  ///< only topics that it matches; nobody follows them any more
};

/// The broker says what became of what was published.
struct Confirm {
  std::uint64_t tag = 0;     ///< 1, 2, 3 ... in the order of publishing
  bool is_multiple = false;  ///< all up to it, too
  bool is_taken = false;
};

/// The broker does not want a published message, and says why; its Confirm follows.
struct Returned {
  std::uint64_t tag = 0;  ///< as in its Confirm
  std::string reason;     ///< one sentence
};

/// The broker does not let us do something, and goes on all the same.
struct Complaint {
  std::string text;  ///< one sentence
};

/// What a broker says.
using BrokerEvent = std::variant<Message, Loss, Confirm, Returned, Complaint>;

/// What a client published, on its way to the broker.
struct OutgoingMessage {
  std::string subject;
  std::string body;
  std::string_view content_type;  ///< a literal
  std::string message_id;
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are literals
};

}  // namespace weir::adapters::common
