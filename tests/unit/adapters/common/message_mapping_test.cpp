#include "adapters/common/message_mapping.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace weir::adapters::common {
namespace {

using protocol::ErrorCode;

constexpr MessageWords words{
    .subject = "routing_key", .separator = '.', .headers = "header", .origin = "exchange"};

/// `more` begins with a comma.
MappingConfig config_of(const std::string& more) {
  ConfigReader reader(more.empty() ? "{}" : "{" + more.substr(1) + "}");
  MappingConfig config = read_mapping(reader, words);
  reader.finish();
  return config;
}

std::string failure_of(const std::string& more) {
  try {
    static_cast<void>(config_of(more));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return {};
}

OutgoingConfig outgoing_of(const std::string& json) {
  ConfigReader reader(json);
  return {.subject = read_outgoing_subject(reader, "publish_routing_key", '.'),
          .subject_name = "routing key",
          .fault = [](std::string_view subject) -> std::optional<std::string> {
            if (subject.size() <= 255) return std::nullopt;
            return "is too long";
          }};
}

Message delivery(std::string routing_key, std::string body) {
  Message made;
  made.tag = 1;
  made.origin = "market";
  made.subject = std::move(routing_key);
  made.message_id = "m1";
  made.headers = {{"op", "delete"}, {"id", "row1"}, {"none", ""}};
  made.body_bytes = body.size();
  made.body = std::move(body);
  return made;
}

std::string payload_of(const MappedEntry& entry) {
  return std::string(abi::to_view(entry.publication.payload));
}

}  // namespace

TEST_CASE("the words of the routing key are the levels of the topic, and the body is its data") {
  const MappingConfig config = config_of("");
  MappedEntry entry;
  const Message message = delivery("quotes.AAPL", R"({"bid":1.10})");
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.size == sizeof(weir_publication));
  CHECK(entry.publication.operation == WEIR_REPLACE);
  CHECK(abi::to_view(entry.publication.topic) == "quotes/AAPL");
  CHECK(payload_of(entry) == R"({"bid":1.10})");
  CHECK(entry.publication.format == WEIR_JSON);
  CHECK(abi::to_view(entry.publication.mid) == "m1");
  CHECK(entry.publication.kind == WEIR_KIND_DEFAULT);
}

TEST_CASE("fields change a record, or a row by its key") {
  const MappingConfig config =
      config_of(R"(,"body":"fields","topic":"orders/{routing_key[0]}","key":"{body[id]}")");
  MappedEntry entry;
  const Message message = delivery("open.x", R"({"id":17,"qty":5,"note":null})");
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.operation == WEIR_UPDATE);
  CHECK(abi::to_view(entry.publication.topic) == "orders/open");
  CHECK(abi::to_view(entry.publication.key) == "17");
  REQUIRE(entry.publication.field_count == 3);
  CHECK(abi::to_view(entry.publication.fields[1].name) == "qty");
  CHECK(abi::to_view(entry.publication.fields[2].json) == "null");
}

TEST_CASE("an operation of the message goes before that of the body") {
  const MappingConfig config =
      config_of(R"(,"body":"fields","key":"{header[id]}","operation":"{header[op]}")");
  MappedEntry entry;
  Message message = delivery("orders", "no JSON, and nobody looks");
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.operation == WEIR_REMOVE);
  CHECK(abi::to_view(entry.publication.key) == "row1");

  message.headers = {{"id", "row2"}};  // it does not say: an ordinary one
  message.body = R"({"a":1})";
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.operation == WEIR_UPDATE);
  CHECK(abi::to_view(entry.publication.key) == "row2");

  const MappingConfig data = config_of(R"(,"operation":"{header[op]}")");
  message.headers = {{"op", "fields"}};
  REQUIRE(MessageMapping(data).map(message, entry));
  CHECK(entry.publication.operation == WEIR_UPDATE);
  message.headers = {{"op", "data"}};
  REQUIRE(MessageMapping(data).map(message, entry));
  CHECK(entry.publication.operation == WEIR_REPLACE);
}

TEST_CASE("an opaque body is bytes") {
  const MappingConfig config = config_of(R"(,"body":"opaque")");
  MappedEntry entry;
  const Message message = delivery("a", std::string("\xff\0x", 3));
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.format == WEIR_BYTES);
  CHECK(payload_of(entry) == std::string("\xff\0x", 3));
}

TEST_CASE("a message id that is no mid is left out") {
  const MappingConfig config = config_of("");
  MappedEntry entry;
  Message message = delivery("a", "1");
  message.message_id = std::string(64, 'm');
  REQUIRE(MessageMapping(config).map(message, entry));
  CHECK(entry.publication.mid.size == 64);
  for (const std::string& id : {std::string(65, 'm'), std::string("\xff")}) {
    message.message_id = id;
    REQUIRE(MessageMapping(config).map(message, entry));
    CHECK(entry.publication.mid.size == 0);
  }
}

TEST_CASE("a message that can be no entry says why") {
  struct Row {
    const char* name;
    const char* config;
    const char* routing_key;
    const char* body;
    ErrorCode code;
    const char* part;
  };
  for (const Row& row : {Row{"no such word",
                             R"(,"topic":"a/{routing_key[1]}")",
                             "a",
                             "1",
                             ErrorCode::bad_request,
                             "no topic can be made: it has no {routing_key[1]}"},
                         Row{"an empty level", "", "a..b", "1", ErrorCode::bad_topic, ""},
                         Row{"an empty topic", "", "", "1", ErrorCode::bad_topic, ""},
                         Row{"a pattern", "", "a.#", "1", ErrorCode::bad_topic, ""},
                         Row{"bad JSON", "", "a", "{", ErrorCode::bad_request, "no valid JSON"},
                         Row{"no JSON", "", "a", "", ErrorCode::bad_request, "no valid JSON"},
                         Row{"no object",
                             R"(,"body":"fields")",
                             "a",
                             "[1]",
                             ErrorCode::bad_request,
                             "no valid JSON: expected an object"},
                         Row{"no key in the body",
                             R"(,"body":"fields","key":"{body[id]}")",
                             "a",
                             "{}",
                             ErrorCode::bad_request,
                             "no key can be made: it has no {body[id]}"},
                         Row{"a key that is none",
                             R"(,"body":"fields","key":"{body[id]}")",
                             "a",
                             R"({"id":null})",
                             ErrorCode::bad_request,
                             "no key can be made"},
                         Row{"an empty key",
                             R"(,"body":"fields","key":"{header[none]}")",
                             "a",
                             "{}",
                             ErrorCode::bad_request,
                             "no key can be made: it is empty"},
                         Row{"an unknown operation",
                             R"(,"operation":"{header[id]}")",
                             "a",
                             "1",
                             ErrorCode::bad_request,
                             "its operation is 'row1'"},
                         Row{"data with a key",
                             R"(,"key":"{header[id]}","operation":"data")",
                             "a",
                             "1",
                             ErrorCode::bad_request,
                             "its operation is 'data'"},
                         Row{"fields of bytes",
                             R"(,"body":"opaque","operation":"fields")",
                             "a",
                             "{}",
                             ErrorCode::bad_request,
                             "its operation is 'fields'"}}) {
    CAPTURE(row.name);
    const MappingConfig config = config_of(row.config);
    MappedEntry entry;
    const Message message = delivery(row.routing_key, row.body);
    const auto mapped = MessageMapping(config).map(message, entry);
    REQUIRE_FALSE(mapped);
    CHECK(mapped.error().code == row.code);
    CAPTURE(mapped.error().detail);
    CHECK(mapped.error().detail.find(row.part) != std::string::npos);
  }
  const MappingConfig config = config_of("");
  MappedEntry entry;
  Message large = delivery("a", "");
  large.is_too_big = true;
  large.body_bytes = 300000;
  const auto mapped = MessageMapping(config).map(large, entry);
  REQUIRE_FALSE(mapped);
  CHECK(mapped.error().code == ErrorCode::too_big);
  CHECK(mapped.error().detail.find("300000") != std::string::npos);
}

TEST_CASE("a wrong mapping names the key") {
  struct Row {
    const char* config;
    const char* part;
  };
  for (const Row& row :
       {Row{R"(,"body":"xml")", "key 'body' is 'xml'; expected data, fields or opaque"},
        Row{R"(,"topic":"a/{key}")", "key 'topic' is 'a/{key}'"},
        Row{R"(,"key":"{header[id]}")", "key 'key' needs body = \"fields\""},
        Row{R"(,"body":"opaque","topic":"{body[a]}")", "key 'body' is opaque"}}) {
    CAPTURE(row.config);
    CHECK(failure_of(row.config).starts_with(row.part));
  }
}

TEST_CASE("a message is named for people") {
  const MappingConfig config = config_of("");
  CHECK(MessageMapping(config).name_of(delivery("a.b", "")) == "routing key a.b");
}

TEST_CASE("what a client publishes becomes a message") {
  const OutgoingConfig config = outgoing_of("{}");
  auto data = to_outgoing(abi::replace_entry("chat/lobby", R"({"a":1.0})"), config, "w-1");
  REQUIRE(data);
  CHECK(data->subject == "chat.lobby");
  CHECK(data->body == R"({"a":1.0})");
  CHECK(data->content_type == "application/json");
  CHECK(data->message_id == "w-1");
  using Headers = decltype(OutgoingMessage::headers);
  CHECK(data->headers == Headers{{"topic", "chat/lobby"}, {"operation", "data"}});

  weir_publication bytes = abi::replace_entry("chat/lobby", "\xff");
  bytes.format = WEIR_BYTES;
  bytes.mid = abi::to_text("c-7");
  const auto opaque = to_outgoing(bytes, config, "w-2");
  REQUIRE(opaque);
  CHECK(opaque->content_type == "application/octet-stream");
  CHECK(opaque->message_id == "c-7");

  const std::array fields{weir_field{abi::to_text("q\""), abi::to_text("1.10")},
                          weir_field{abi::to_text("x"), abi::to_text("null")}};
  const auto row = to_outgoing(abi::update_entry("orders", fields, "row1"), config, "w-3");
  REQUIRE(row);
  CHECK(row->body == R"({"q\"":1.10,"x":null})");
  CHECK(row->headers == Headers{{"topic", "orders"}, {"key", "row1"}, {"operation", "fields"}});

  const auto removed = to_outgoing(abi::remove_entry("orders", "row1"), config, "w-4");
  REQUIRE(removed);
  CHECK(removed->body.empty());
  CHECK(removed->headers.back().second == "delete");
}

TEST_CASE("a routing key is made by the template, or not") {
  const OutgoingConfig config = outgoing_of(R"({"publish_routing_key":"in.{topic[1]}"})");
  const auto message = to_outgoing(abi::replace_entry("chat/lobby", "1"), config, "w");
  REQUIRE(message);
  CHECK(message->subject == "in.lobby");
  const auto none = to_outgoing(abi::replace_entry("chat", "1"), config, "w");
  REQUIRE_FALSE(none);
  CHECK(none.error().detail.find("{topic[1]}") != std::string::npos);
  const std::string level(254, 'x');
  const auto large = to_outgoing(abi::replace_entry("a/" + level, "1"), config, "w");
  REQUIRE_FALSE(large);
  CHECK(large.error().detail == "the routing key is too long");
}

}  // namespace weir::adapters::common
