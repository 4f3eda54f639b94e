#include "adapters/amqp/amqp_values.hpp"

#include <doctest/doctest.h>

#include <amqp.h>
#include <amqp_framing.h>
#include <array>

namespace weir::adapters::amqp {

TEST_CASE("headers that are text, numbers or truth values are kept as text") {
  amqp_table_entry_t number{};
  number.key = bytes_of("n");
  number.value.kind = AMQP_FIELD_KIND_I32;
  number.value.value.i32 = -5;
  amqp_table_entry_t flag{};
  flag.key = bytes_of("f");
  flag.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  flag.value.value.boolean = 1;
  amqp_table_entry_t nothing{};
  nothing.key = bytes_of("v");
  nothing.value.kind = AMQP_FIELD_KIND_VOID;
  std::array entries{
      text_entry(bytes_of("s"), "text"), number, flag, nothing, text_entry(bytes_of("b"), "\xff")};
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.headers = {static_cast<int>(entries.size()), entries.data()};
  properties.message_id = bytes_of("m");
  common::Message delivery;
  copy_properties(properties, delivery);
  CHECK(delivery.message_id == "m");
  using Headers = decltype(common::Message::headers);
  CHECK(delivery.headers == Headers{{"s", "text"}, {"n", "-5"}, {"f", "true"}});
}

TEST_CASE("arguments keep their types") {
  const Arguments arguments{{"t", "quorum"}, {"b", true}, {"n", std::int64_t{-1}}, {"f", 0.5}};
  const amqp_table_entry_t text = entry_of(arguments[0]);
  CHECK(view_of(text.key) == "t");
  CHECK(text.value.kind == AMQP_FIELD_KIND_UTF8);
  CHECK(view_of(text.value.value.bytes) == "quorum");
  const amqp_table_entry_t flag = entry_of(arguments[1]);
  CHECK(flag.value.kind == AMQP_FIELD_KIND_BOOLEAN);
  CHECK(flag.value.value.boolean == 1);
  const amqp_table_entry_t integer = entry_of(arguments[2]);
  CHECK(integer.value.kind == AMQP_FIELD_KIND_I64);
  CHECK(integer.value.value.i64 == -1);
  const amqp_table_entry_t number = entry_of(arguments[3]);
  CHECK(number.value.kind == AMQP_FIELD_KIND_F64);
  CHECK(number.value.value.f64 == 0.5);
}

TEST_CASE("properties that are not there are not looked at") {
  amqp_basic_properties_t properties{};
  properties.message_id = {5, nullptr};
  properties.headers = {5, nullptr};
  common::Message delivery;
  copy_properties(properties, delivery);
  CHECK(delivery.message_id.empty());
  CHECK(delivery.headers.empty());
}

TEST_CASE("a close says its code and reason") {
  amqp_channel_close_t close{};
  close.reply_code = 404;
  close.reply_text = bytes_of("NOT_FOUND");
  const amqp_method_t method{AMQP_CHANNEL_CLOSE_METHOD, &close};
  CHECK(text_of_close(method) == "the broker has closed it: 404 NOT_FOUND");
  amqp_rpc_reply_t reply{};
  reply.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
  reply.reply = method;
  CHECK(text_of_reply(reply) == text_of_close(method));
  reply.reply_type = AMQP_RESPONSE_LIBRARY_EXCEPTION;
  reply.library_error = AMQP_STATUS_TIMEOUT;
  CHECK(text_of_reply(reply) == text_of_status(AMQP_STATUS_TIMEOUT));
}

}  // namespace weir::adapters::amqp
