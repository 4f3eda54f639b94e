#include "adapters/common/message_mapping.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/abi/text.hpp"
#include "adapters/common/json_text.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"

#include <array>
#include <vector>

namespace weir::adapters::common {

namespace {

using protocol::ErrorCode;
using protocol::fail;
using protocol::Result;

[[noreturn]] void refuse(std::string_view key, const std::string& problem) {
  throw abi::Failure("key '" + std::string(key) + "' " + problem);
}

std::vector<TemplateVariable> variables_of(const MessageWords& words) {
  std::vector<TemplateVariable> variables{
      {.name = words.subject, .shape = VariableShape::words, .separator = words.separator}};
  if (!words.headers.empty())
    variables.push_back({.name = words.headers, .shape = VariableShape::members});
  variables.push_back({.name = "body", .shape = VariableShape::members});
  if (!words.origin.empty())
    variables.push_back({.name = words.origin, .shape = VariableShape::text});
  variables.push_back({.name = "message_id", .shape = VariableShape::text});
  return variables;
}

Body read_body(ConfigReader& reader) {
  const std::string body = reader.text("body").value_or("data");
  if (body == "data") return Body::data;
  if (body == "fields") return Body::fields;
  if (body == "opaque") return Body::opaque;
  refuse("body", "is '" + body + "'; expected data, fields or opaque");
}

std::optional<std::string_view> find_header(const Message& message, std::string_view name) {
  for (const auto& [key, value] : message.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool uses_body(const MappingConfig& config) {
  return config.topic.uses("body") || (config.key && config.key->uses("body")) ||
         (config.operation && config.operation->uses("body"));
}

std::string json_object(const weir_publication& publication) {
  std::string json = "{";
  for (std::size_t i = 0; i < publication.field_count; ++i) {
    if (i != 0) json += ',';
    append_json_string(json, abi::to_view(publication.fields[i].name));
    json += ':';
    json += abi::to_view(publication.fields[i].json);
  }
  json += '}';
  return json;
}

}  // namespace

MappingConfig read_mapping(ConfigReader& reader, const MessageWords& words) {
  const std::vector<TemplateVariable> variables = variables_of(words);
  const auto read = [&](std::string_view key) -> std::optional<TextTemplate> {
    const auto text = reader.text(key);
    if (!text) return std::nullopt;
    return TextTemplate({.key = key, .text = *text, .variables = variables});
  };
  const std::string whole = "{" + std::string(words.subject) + "[0:]}";
  const Body body = read_body(reader);
  auto topic = read("topic");
  if (!topic)
    topic.emplace(TextTemplate::Options{.key = "topic", .text = whole, .variables = variables});
  MappingConfig config{.words = words,
                       .body = body,
                       .topic = *std::move(topic),
                       .key = read("key"),
                       .operation = read("operation")};
  if (config.key && body != Body::fields && !config.operation)
    refuse("key", "needs body = \"fields\": only rows of a table have a key");
  if (body == Body::opaque && uses_body(config))
    refuse("body", "is opaque, so no template can use {body[...]}");
  return config;
}

MessageMapping::MessageMapping(const MappingConfig& config)
    : config_(config), uses_body_(uses_body(config)) {
}

std::string MessageMapping::name_of(const Message& message) const {
  std::string name(config_.words.subject);
  for (char& c : name) c = c == '_' ? ' ' : c;
  return name + " " + message.subject;
}

Result<void> MessageMapping::map(const Message& message, MappedEntry& out) const {
  if (message.is_too_big)
    return fail(ErrorCode::too_big,
                "its body has " + std::to_string(message.body_bytes) +
                    " bytes, more than entry_bytes allows");
  if (uses_body_) {
    if (auto read = out.fields.read(message.body); !read) return read;
  }
  if (auto expanded = expand_all(message, out); !expanded) return expanded;
  if (auto checked = protocol::check_topic(out.topic); !checked) return checked;
  const auto operation = operation_of(out);
  if (!operation) return fail(operation.error());

  weir_publication& to = out.publication;
  to = weir_publication{};
  to.size = sizeof to;
  to.operation = *operation;
  to.topic = abi::to_text(out.topic);
  to.key = abi::to_text(out.key);
  if (message.message_id.size() <= protocol::mid_bytes_max && protocol::is_utf8(message.message_id))
    to.mid = abi::to_text(message.message_id);
  if (*operation == WEIR_REMOVE) return {};
  if (*operation == WEIR_UPDATE) {
    if (!uses_body_) {
      if (auto read = out.fields.read(message.body); !read) return read;
    }
    to.fields = out.fields.fields().data();
    to.field_count = out.fields.fields().size();
    return {};
  }
  to.payload = abi::to_text(message.body);
  if (config_.body == Body::opaque) {
    to.format = WEIR_BYTES;
    return {};
  }
  return check_json(message.body);
}

Result<void> MessageMapping::expand_all(const Message& message, MappedEntry& out) const {
  const auto lookup = [&](std::string_view name,
                          std::string_view member) -> std::optional<std::string_view> {
    if (name == config_.words.subject) return message.subject;
    if (name == "body") return out.fields.text(member);
    if (name == config_.words.headers) return find_header(message, member);
    if (name == config_.words.origin) return message.origin;
    if (name == "message_id" && !message.message_id.empty()) return message.message_id;
    return std::nullopt;
  };
  out.topic.clear();
  out.key.clear();
  out.operation.clear();
  const auto no = [](std::string_view what, const std::string& why) {
    return fail(ErrorCode::bad_request, "no " + std::string(what) + " can be made: " + why);
  };
  if (auto made = config_.topic.expand(lookup, out.topic); !made) return no("topic", made.error());
  if (config_.key) {
    if (auto made = config_.key->expand(lookup, out.key); !made) return no("key", made.error());
    // an empty one would mean the whole table
    if (out.key.empty()) return no("key", "it is empty");
  }
  if (config_.operation) {
    // a message that does not say is an ordinary one
    if (!config_.operation->expand(lookup, out.operation)) out.operation.clear();
  }
  return {};
}

Result<weir_operation> MessageMapping::operation_of(const MappedEntry& entry) const {
  if (entry.operation.empty() && config_.body == Body::fields)
    return static_cast<weir_operation>(WEIR_UPDATE);
  if (entry.operation == "delete") return static_cast<weir_operation>(WEIR_REMOVE);
  if (entry.operation == "fields" && config_.body != Body::opaque)
    return static_cast<weir_operation>(WEIR_UPDATE);
  if ((entry.operation.empty() || entry.operation == "data") && entry.key.empty())
    return static_cast<weir_operation>(WEIR_REPLACE);
  return fail(ErrorCode::bad_request,
              "its operation is '" + entry.operation.substr(0, 64) +
                  "'; expected data (without a key), fields (of JSON) or delete");
}

TextTemplate read_outgoing_subject(ConfigReader& reader, std::string_view key, char separator) {
  constexpr std::array variables{
      TemplateVariable{.name = "topic", .shape = VariableShape::words, .separator = '/'},
      TemplateVariable{.name = "key", .shape = VariableShape::text}};
  const std::string text = reader.text(key).value_or("{topic[0:]}");
  return TextTemplate({.key = key, .text = text, .variables = variables, .joint = separator});
}

Result<OutgoingMessage> to_outgoing(const weir_publication& publication,
                                    const OutgoingConfig& config,
                                    const std::string& message_id) {
  OutgoingMessage message;
  const auto lookup = [&](std::string_view name,
                          std::string_view /*member*/) -> std::optional<std::string_view> {
    if (name == "topic") return abi::to_view(publication.topic);
    if (name == "key") return abi::to_view(publication.key);
    return std::nullopt;
  };
  const std::string name(config.subject_name);
  if (auto made = config.subject.expand(lookup, message.subject); !made)
    return fail(ErrorCode::bad_request, "no " + name + " can be made: " + made.error());
  if (const auto fault = config.fault(message.subject))
    return fail(ErrorCode::bad_request, "the " + name + " " + *fault);
  message.message_id =
      publication.mid.size != 0 ? std::string(abi::to_view(publication.mid)) : message_id;
  message.headers.emplace_back("topic", abi::to_view(publication.topic));
  if (publication.key.size != 0) message.headers.emplace_back("key", abi::to_view(publication.key));
  message.content_type = "application/json";
  if (publication.operation == WEIR_REMOVE) {
    message.headers.emplace_back("operation", "delete");
  } else if (publication.operation == WEIR_UPDATE) {
    message.headers.emplace_back("operation", "fields");
    message.body = json_object(publication);
  } else {
    message.headers.emplace_back("operation", "data");
    message.body = abi::to_view(publication.payload);
    if (publication.format == WEIR_BYTES) message.content_type = "application/octet-stream";
  }
  return message;
}

}  // namespace weir::adapters::common
