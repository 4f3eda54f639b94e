#include "adapters/amqp/amqp_values.hpp"

#include "adapters/amqp/broker_trust.hpp"
#include "protocol/core/utf8.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <sys/time.h>
#include <variant>

namespace weir::adapters::amqp {

amqp_bytes_t bytes_of(std::string_view text) {
  // rabbitmq-c writes to none of what it is given to send
  return {text.size(),
          const_cast<char*>(text.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

std::string_view view_of(const amqp_bytes_t& bytes) {
  return bytes.len == 0 ? std::string_view()
                        : std::string_view(static_cast<const char*>(bytes.bytes), bytes.len);
}

amqp_table_entry_t text_entry(const amqp_bytes_t& name, std::string_view value) {
  amqp_table_entry_t entry{};
  entry.key = name;
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes_of(value);
  return entry;
}

amqp_table_entry_t entry_of(const Arguments::value_type& argument) {
  amqp_table_entry_t entry{};
  entry.key = bytes_of(argument.first);
  amqp_field_value_t& value = entry.value;
  if (const auto* const text = std::get_if<std::string>(&argument.second)) {
    value.kind = AMQP_FIELD_KIND_UTF8;
    value.value.bytes = bytes_of(*text);
  } else if (const auto* const flag = std::get_if<bool>(&argument.second)) {
    value.kind = AMQP_FIELD_KIND_BOOLEAN;
    value.value.boolean = *flag ? 1 : 0;
  } else if (const auto* const integer = std::get_if<std::int64_t>(&argument.second)) {
    value.kind = AMQP_FIELD_KIND_I64;
    value.value.i64 = *integer;
  } else if (const auto* const number = std::get_if<double>(&argument.second)) {
    value.kind = AMQP_FIELD_KIND_F64;
    value.value.f64 = *number;
  }
  return entry;
}

timeval to_timeval(std::chrono::milliseconds time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
}

std::optional<std::string> text_of_value(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES: {
      std::string text(view_of(value.value.bytes));
      if (!protocol::is_utf8(text)) return std::nullopt;
      return text;
    }
    case AMQP_FIELD_KIND_BOOLEAN:
      return value.value.boolean != 0 ? "true" : "false";
    case AMQP_FIELD_KIND_I8:
      return std::to_string(value.value.i8);
    case AMQP_FIELD_KIND_U8:
      return std::to_string(value.value.u8);
    case AMQP_FIELD_KIND_I16:
      return std::to_string(value.value.i16);
    case AMQP_FIELD_KIND_U16:
      return std::to_string(value.value.u16);
    case AMQP_FIELD_KIND_I32:
      return std::to_string(value.value.i32);
    case AMQP_FIELD_KIND_U32:
      return std::to_string(value.value.u32);
    case AMQP_FIELD_KIND_I64:
      return std::to_string(value.value.i64);
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
      return std::to_string(value.value.u64);
    default:
      return std::nullopt;
  }
}

void copy_properties(const amqp_basic_properties_t& properties, common::Message& delivery) {
  if ((properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0)
    delivery.message_id = view_of(properties.message_id);
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.headers.entries[i];
    if (auto text = text_of_value(entry.value))
      delivery.headers.emplace_back(view_of(entry.key), *std::move(text));
  }
}

std::string text_of_status(int status) {
  std::string text = amqp_error_string2(status);
  // rabbitmq-c leaves it to OpenSSL to say more
  if (status != AMQP_STATUS_SSL_ERROR && status != AMQP_STATUS_SSL_CONNECTION_FAILED) return text;
  const std::string reason = tls_error();
  return reason.empty() ? text : text + ": " + reason;
}

std::string text_of_reply(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
    return text_of_status(reply.library_error);
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) return text_of_close(reply.reply);
  return "the broker did not answer";
}

protocol::Result<void, std::string> last_reply(amqp_connection_state_t state,
                                               std::string_view what) {
  const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state);
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
  return protocol::Unexpected<std::string>(std::string(what) + ": " + text_of_reply(reply));
}

std::string text_of_close(const amqp_method_t& method) {
  std::string text = "the broker has closed it";
  const auto add = [&text](int code, const amqp_bytes_t& why) {
    text += ": " + std::to_string(code) + " " + std::string(view_of(why));
  };
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_channel_close_t*>(method.decoded);
    add(close.reply_code, close.reply_text);
  } else if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_connection_close_t*>(method.decoded);
    add(close.reply_code, close.reply_text);
  }
  return text;
}

}  // namespace weir::adapters::amqp
