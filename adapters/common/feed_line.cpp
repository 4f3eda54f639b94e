#include "adapters/common/feed_line.hpp"

#include "adapters/abi/host.hpp"
#include "protocol/core/bytes.hpp"
#include "protocol/core/limits.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace weir::adapters::common {

namespace {

using protocol::Error;
using protocol::ErrorCode;

enum class Seen : std::uint16_t {
  topic = 1U << 0U,
  data = 1U << 1U,
  fields = 1U << 2U,
  key = 1U << 3U,
  remove = 1U << 4U,
  mid = 1U << 5U,
  id = 1U << 6U,
  ack = 1U << 7U,
  nack = 1U << 8U,
  error = 1U << 9U,
  at_ms = 1U << 10U,
  auth = 1U << 11U,
  hello = 1U << 12U,
};

constexpr std::size_t name_bytes_max = 64;  // of a feeder

struct MemberName {
  std::string_view name;
  Seen seen;
};

constexpr std::array member_names{MemberName{"topic", Seen::topic},
                                  MemberName{"data", Seen::data},
                                  MemberName{"fields", Seen::fields},
                                  MemberName{"key", Seen::key},
                                  MemberName{"delete", Seen::remove},
                                  MemberName{"mid", Seen::mid},
                                  MemberName{"id", Seen::id},
                                  MemberName{"ack", Seen::ack},
                                  MemberName{"nack", Seen::nack},
                                  MemberName{"error", Seen::error},
                                  MemberName{"at_ms", Seen::at_ms},
                                  MemberName{"auth", Seen::auth},
                                  MemberName{"hello", Seen::hello}};

bool may_have(LineSource source, Seen member) {
  if (member == Seen::at_ms) return source == LineSource::recording;
  if (member == Seen::auth || member == Seen::hello) return source == LineSource::feeder;
  return true;
}

const MemberName* find_member(std::string_view name, LineSource source) {
  for (const MemberName& member : member_names) {
    if (member.name == name) return may_have(source, member.seen) ? &member : nullptr;
  }
  return nullptr;
}

std::optional<std::uint64_t> to_integer(std::string_view json) {
  std::uint64_t integer = 0;
  const char* const begin = json.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + json.size();
  const auto [at, fault] = std::from_chars(begin, end, integer);
  if (fault != std::errc() || at != end || integer > protocol::offset_max) return std::nullopt;
  return integer;
}

}  // namespace

/// What was met of a line so far.
struct FeedBatch::Members {
  std::size_t fields_before = 0;  ///< how many the batch had
  std::uint16_t seen = 0;
  std::string_view topic;
  std::string_view key;
  std::string_view mid;
  std::string_view data;
  std::string_view auth;
  std::string_view name;
  weir_payload_format format = WEIR_JSON;
  std::optional<std::uint64_t> id;
  std::optional<std::uint64_t> at_ms;
  std::uint64_t reply_id = 0;
  std::optional<Error> reply_error;
  std::optional<Error> fault;  ///< the first one that is no fault of the JSON

  [[nodiscard]] bool has(Seen member) const {
    return (seen & static_cast<std::uint16_t>(member)) != 0;
  }
  [[nodiscard]] bool has_content() const {
    return has(Seen::data) || has(Seen::fields) || has(Seen::key) || has(Seen::remove);
  }
  [[nodiscard]] bool has_greeting() const { return has(Seen::auth) || has(Seen::hello); }
  [[nodiscard]] bool has_reply() const { return has(Seen::ack) || has(Seen::nack); }
  [[nodiscard]] protocol::Unexpected<BadLine> bad(std::string detail) const {
    return protocol::Unexpected<BadLine>(
        BadLine{Error{ErrorCode::bad_request, std::move(detail)}, id});
  }
  void keep(Seen member, std::optional<std::uint64_t> integer) {
    if (member == Seen::id) id = integer;
    if (member == Seen::at_ms) at_ms = integer;
    if (member == Seen::ack || member == Seen::nack) reply_id = integer.value_or(0);
  }
  /// True, so that reading goes on: the line may still turn out to be no JSON, or to have an id.
  bool wrong(std::string detail) {
    if (!fault) fault = Error{ErrorCode::bad_request, std::move(detail)};
    return true;
  }
};

protocol::Result<FeedLine, BadLine> FeedBatch::add(std::string_view line) {
  JsonReader reader(line);
  if (reader.at_end()) return FeedLine{};
  Members members;
  members.fields_before = fields_.size();
  const bool is_object =
      reader.object([&](JsonString name) { return read_member(reader, name, members); });
  if (is_object && reader.at_end()) {
    auto result = finish(members);
    if (!result) fields_.resize(members.fields_before);
    return result;
  }
  fields_.resize(members.fields_before);
  Error error{ErrorCode::bad_request,
              "no valid JSON: " + (is_object ? "more after the object" : reader.fault())};
  return protocol::Unexpected<BadLine>(BadLine{std::move(error), std::nullopt});
}

bool FeedBatch::read_member(JsonReader& reader, JsonString name, Members& members) {
  const MemberName* member = find_member(name.raw, source_);
  if (member == nullptr) {
    members.wrong("'" + std::string(name.raw.substr(0, 64)) + "' is unknown here");
    return reader.value().has_value();
  }
  if (members.has(member->seen)) {
    members.wrong("'" + std::string(member->name) + "' is given twice");
    return reader.value().has_value();
  }
  members.seen =
      static_cast<std::uint16_t>(members.seen | static_cast<std::uint16_t>(member->seen));
  switch (member->seen) {
    case Seen::topic:
      return read_text(reader, members.topic) || members.wrong("'topic' must be a string");
    case Seen::key:
      return read_text(reader, members.key) || members.wrong("'key' must be a string");
    case Seen::mid:
      return read_text(reader, members.mid) || members.wrong("'mid' must be a string");
    case Seen::auth:
      return read_text(reader, members.auth) || members.wrong("'auth' must be a string");
    case Seen::hello:
      return read_hello(reader, members);
    case Seen::data:
      return read_data(reader, members);
    case Seen::fields:
      return read_fields(reader, members);
    case Seen::error:
      return read_error(reader, members);
    case Seen::remove: {
      const auto value = reader.value();
      return value && (*value == "true" || members.wrong("'delete' must be true"));
    }
    case Seen::id:
    case Seen::ack:
    case Seen::nack:
    case Seen::at_ms: {
      const auto value = reader.value();
      if (!value) return false;
      const auto integer = to_integer(*value);
      members.keep(member->seen, integer);
      return integer || members.wrong("'" + std::string(member->name) +
                                      "' must be an integer from 0 to 2^53-1");
    }
  }
  return false;
}

/// False where the value is no string; then it has been read all the same. A fault of the JSON
/// stays in the reader, which then ends the line.
bool FeedBatch::read_text(JsonReader& reader, std::string_view& out) {
  if (reader.peek() != '"') {
    static_cast<void>(reader.value());
    return false;
  }
  const auto string = reader.string();
  if (string) out = text_of(*string);
  return string.has_value();
}

std::string_view FeedBatch::text_of(JsonString string) {
  if (!string.has_escapes) return string.raw;
  return texts_.emplace_back(unescaped(string));
}

bool FeedBatch::read_data(JsonReader& reader, Members& members) {
  const auto value = reader.value();
  if (!value) return false;
  members.data = *value;
  if (!value->starts_with('{') || value->find("\"b64\"") == std::string_view::npos) return true;
  // {"b64":"..."} and nothing else is bytes
  std::size_t count = 0;
  std::optional<std::string_view> encoded;
  JsonReader inner(*value);
  const bool is_read = inner.object([&](JsonString name) {
    ++count;
    const bool is_text = inner.peek() == '"';
    const auto part = inner.value();
    if (part && is_text && name.raw == "b64") encoded = part->substr(1, part->size() - 2);
    return part.has_value();
  });
  if (!is_read || count != 1 || !encoded) return true;
  std::string bytes;
  if (!protocol::from_base64(*encoded, bytes))
    return members.wrong("'data' has 'b64' that is no base64");
  members.data = texts_.emplace_back(std::move(bytes));
  members.format = WEIR_BYTES;
  return true;
}

bool FeedBatch::read_fields(JsonReader& reader, Members& members) {
  if (reader.peek() != '{') {
    members.wrong("'fields' must be an object");
    return reader.value().has_value();
  }
  return reader.object([&](JsonString name) {
    const auto value = reader.value();
    if (!value) return false;
    fields_.push_back({abi::to_text(text_of(name)), abi::to_text(*value)});
    return true;
  });
}

/// `true`, or what the feeder calls itself.
bool FeedBatch::read_hello(JsonReader& reader, Members& members) {
  if (reader.peek() == '"') {
    if (!read_text(reader, members.name)) return false;
    return (!members.name.empty() && members.name.size() <= name_bytes_max) ||
           members.wrong("'hello' must be true, or a name of 1 to 64 bytes");
  }
  const auto value = reader.value();
  return value && (*value == "true" || members.wrong("'hello' must be true, or a name"));
}

/// Of a nack: {"code":...,"message":...}; what it does not have is filled up.
bool FeedBatch::read_error(JsonReader& reader, Members& members) {
  if (reader.peek() != '{') {
    members.wrong("'error' must be an object");
    return reader.value().has_value();
  }
  members.reply_error = Error{ErrorCode::internal, "the feeder gave no reason"};
  return reader.object([&](JsonString name) {
    const bool is_text = reader.peek() == '"';
    const auto value = reader.value();
    if (!value || !is_text) return value.has_value();
    const JsonString text{value->substr(1, value->size() - 2),
                          value->find('\\') != std::string_view::npos};
    if (name.raw == "message") members.reply_error->detail = unescaped(text);
    const protocol::ErrorInfo* known = protocol::find_error(text.raw);
    if (name.raw == "code" && known != nullptr) members.reply_error->code = known->code;
    return true;
  });
}

protocol::Result<FeedLine, BadLine> FeedBatch::finish(const Members& members) {
  if (members.fault) return members.bad(members.fault->detail);
  if (members.has_greeting()) return finish_greeting(members);
  if (members.has_reply()) return finish_reply(members);
  if (members.has(Seen::error)) return members.bad("'error' belongs to 'nack'");
  if (!members.has(Seen::topic)) return members.bad("'topic' is missing");
  const int contents = static_cast<int>(members.has(Seen::data)) +
                       static_cast<int>(members.has(Seen::fields)) +
                       static_cast<int>(members.has(Seen::remove));
  if (contents != 1) return members.bad("exactly one of 'data', 'fields', 'delete' is needed");
  if (members.has(Seen::key) && members.has(Seen::data))
    return members.bad("'key' goes with 'fields' or 'delete', not with 'data'");
  if (members.has(Seen::key) && members.key.empty()) return members.bad("'key' is empty");
  append(members);
  return FeedLine{FeedEntry{members.id, members.at_ms}};
}

protocol::Result<FeedLine, BadLine> FeedBatch::finish_greeting(const Members& members) {
  constexpr auto allowed =
      static_cast<std::uint16_t>(Seen::auth) | static_cast<std::uint16_t>(Seen::hello);
  if ((members.seen & ~allowed) != 0)
    return members.bad("a greeting has 'hello' and 'auth', and nothing else");
  return FeedLine{FeedGreeting{std::string(members.name), members.auth, members.has(Seen::auth)}};
}

protocol::Result<FeedLine, BadLine> FeedBatch::finish_reply(const Members& members) {
  const bool is_nack = members.has(Seen::nack);
  if (members.has(Seen::topic) || members.has(Seen::ack) == is_nack)
    return members.bad("one line has one of 'topic', 'ack', 'nack'");
  if (members.has_content())
    return members.bad("an answer has no 'data', 'fields', 'key' or 'delete'");
  FeedReply reply{members.reply_id, std::nullopt};
  if (is_nack)
    reply.error =
        members.reply_error.value_or(Error{ErrorCode::internal, "the feeder gave no reason"});
  return FeedLine{std::move(reply)};
}

void FeedBatch::append(const Members& members) {
  weir_publication& entry =
      publications_.emplace_back(abi::remove_entry(members.topic, members.key));
  entry.mid = abi::to_text(members.mid);
  if (members.has(Seen::data)) {
    entry.operation = WEIR_REPLACE;
    entry.payload = abi::to_text(members.data);
    entry.format = members.format;
  } else if (members.has(Seen::fields)) {
    entry.operation = WEIR_UPDATE;
    entry.field_count = fields_.size() - members.fields_before;
  }
}

void FeedBatch::drop_last() {
  fields_.resize(fields_.size() - publications_.back().field_count);
  publications_.pop_back();
}

std::span<const weir_publication> FeedBatch::publications() {
  const weir_field* fields = fields_.data();
  for (weir_publication& entry : publications_) {
    if (entry.operation != WEIR_UPDATE) continue;
    entry.fields = fields;
    fields += entry.field_count;
  }
  return publications_;
}

void FeedBatch::clear() {
  publications_.clear();
  fields_.clear();
  texts_.clear();
}

}  // namespace weir::adapters::common
