#pragma once

#include "adapters/common/config_reader.hpp"
#include "adapters/common/json_fields.hpp"
#include "adapters/common/message.hpp"
#include "adapters/common/text_template.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <weir/weir_adapter.h>

namespace weir::adapters::common {

/// What the body of a message is.
enum class Body : std::uint8_t {
  data,    ///< JSON, the whole value or the event
  fields,  ///< a JSON object, fields that change
  opaque,  ///< any bytes
};

/// What a broker calls the parts of its messages; literals, and names of variables in templates.
struct MessageWords {
  std::string_view subject;  ///< e.g. "routing_key"
  char separator = '.';      ///< of its words
  std::string_view headers;  ///< e.g. "header"; empty: messages have none
  std::string_view origin;   ///< e.g. "exchange"; empty: there is but one
};

/// How messages become entries.
struct MappingConfig {
  MessageWords words;
  Body body = Body::data;
  TextTemplate topic;
  std::optional<TextTemplate> key;
  std::optional<TextTemplate> operation;
};

/// Reads the keys `body`, `topic`, `key` and `operation`.
/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] MappingConfig read_mapping(ConfigReader& reader, const MessageWords& words);

/// One message as the gateway wants it, and what its publication refers to.
struct MappedEntry {
  weir_publication publication{};
  std::string topic;
  std::string key;
  std::string operation;
  JsonFields fields;
};

/// Turns messages into entries by the templates of the configuration.
class MessageMapping {
public:
  /// `config` outlives it.
  explicit MessageMapping(const MappingConfig& config);

  /// Shape:  `out` refers to the message; both stay where they are until it was published.
  /// Errors: bad_request, bad_topic, too_big - why the message can be no entry.
  protocol::Result<void> map(const Message& message, MappedEntry& out) const;
  /// For people: which message that is.
  [[nodiscard]] std::string name_of(const Message& message) const;

private:
  protocol::Result<void> expand_all(const Message& message, MappedEntry& out) const;
  [[nodiscard]] protocol::Result<weir_operation> operation_of(const MappedEntry& entry) const;

  const MappingConfig& config_;
  bool uses_body_;
};

/// How what clients publish becomes messages.
struct OutgoingConfig {
  TextTemplate subject;
  std::string_view subject_name;  ///< for people, e.g. "routing key"
  /// What is wrong with a subject; nullopt: nothing.
  std::function<std::optional<std::string>(std::string_view subject)> fault;
};

/// Reads the key that has the template of the subject; its words are joined by `separator`.
/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] TextTemplate read_outgoing_subject(ConfigReader& reader,
                                                 std::string_view key,
                                                 char separator);

/// What a client published, for the broker. `message_id` where the client gave none.
/// Errors: bad_request - the subject cannot be made of it.
[[nodiscard]] protocol::Result<OutgoingMessage> to_outgoing(const weir_publication& publication,
                                                            const OutgoingConfig& config,
                                                            const std::string& message_id);

}  // namespace weir::adapters::common
