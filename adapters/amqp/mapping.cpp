#include "adapters/amqp/mapping.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/common/json_text.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"

namespace weir::adapters::amqp {

namespace {

using protocol::ErrorCode;
using protocol::fail;
using protocol::Result;

constexpr std::size_t routing_key_bytes_max = 255;  // AMQP 0-9-1, short strings

std::optional<std::string_view> find_header(const Delivery& delivery, std::string_view name) {
  for (const auto& [key, value] : delivery.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string json_object(const weir_publication& publication) {
  std::string json = "{";
  for (std::size_t i = 0; i < publication.field_count; ++i) {
    if (i != 0) json += ',';
    common::append_json_string(json, abi::to_view(publication.fields[i].name));
    json += ':';
    json += abi::to_view(publication.fields[i].json);
  }
  json += '}';
  return json;
}

}  // namespace

Mapping::Mapping(const AmqpConfig& config)
    : config_(config),
      uses_body_(config.topic->uses("body") || (config.key && config.key->uses("body")) ||
                 (config.operation && config.operation->uses("body"))) {
}

Result<void> Mapping::map(const Delivery& delivery, MappedEntry& out) const {
  if (delivery.is_too_big)
    return fail(ErrorCode::too_big,
                "its body has " + std::to_string(delivery.body_bytes) +
                    " bytes, more than entry_bytes allows");
  if (uses_body_) {
    if (auto read = out.fields.read(delivery.body); !read) return read;
  }
  if (auto expanded = expand_all(delivery, out); !expanded) return expanded;
  if (auto checked = protocol::check_topic(out.topic); !checked) return checked;
  const auto operation = operation_of(out);
  if (!operation) return fail(operation.error());

  weir_publication& to = out.publication;
  to = weir_publication{};
  to.size = sizeof to;
  to.operation = *operation;
  to.topic = abi::to_text(out.topic);
  to.key = abi::to_text(out.key);
  if (delivery.message_id.size() <= protocol::mid_bytes_max &&
      protocol::is_utf8(delivery.message_id))
    to.mid = abi::to_text(delivery.message_id);
  if (*operation == WEIR_REMOVE) return {};
  if (*operation == WEIR_UPDATE) {
    if (!uses_body_) {
      if (auto read = out.fields.read(delivery.body); !read) return read;
    }
    to.fields = out.fields.fields().data();
    to.field_count = out.fields.fields().size();
    return {};
  }
  to.payload = abi::to_text(delivery.body);
  if (config_.body == Body::opaque) {
    to.format = WEIR_BYTES;
    return {};
  }
  return common::check_json(delivery.body);
}

Result<void> Mapping::expand_all(const Delivery& delivery, MappedEntry& out) const {
  const auto lookup = [&](std::string_view name,
                          std::string_view member) -> std::optional<std::string_view> {
    if (name == "routing_key") return delivery.routing_key;
    if (name == "header") return find_header(delivery, member);
    if (name == "body") return out.fields.text(member);
    if (name == "exchange") return delivery.exchange;
    if (name == "message_id" && !delivery.message_id.empty()) return delivery.message_id;
    return std::nullopt;
  };
  out.topic.clear();
  out.key.clear();
  out.operation.clear();
  const auto no = [](std::string_view what, const std::string& why) {
    return fail(ErrorCode::bad_request, "no " + std::string(what) + " can be made: " + why);
  };
  if (auto made = config_.topic->expand(lookup, out.topic); !made) return no("topic", made.error());
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

Result<weir_operation> Mapping::operation_of(const MappedEntry& entry) const {
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

Result<OutgoingMessage> to_outgoing(const weir_publication& publication,
                                    const AmqpConfig& config,
                                    const std::string& message_id) {
  OutgoingMessage message;
  const auto lookup = [&](std::string_view name,
                          std::string_view /*member*/) -> std::optional<std::string_view> {
    if (name == "topic") return abi::to_view(publication.topic);
    if (name == "key") return abi::to_view(publication.key);
    return std::nullopt;
  };
  if (auto made = config.publish_routing_key->expand(lookup, message.routing_key); !made)
    return fail(ErrorCode::bad_request, "no routing key can be made: " + made.error());
  if (message.routing_key.size() > routing_key_bytes_max)
    return fail(ErrorCode::bad_request, "the routing key would have more than 255 bytes");
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

}  // namespace weir::adapters::amqp
