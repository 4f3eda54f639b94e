#include "protocol/native/json_client.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/native/cbor_checker.hpp"
#include "protocol/native/json_text.hpp"
#include "protocol/native/member_reader.hpp"
#include "protocol/native/position_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <utility>
#include <vector>

namespace weir::protocol::native {
namespace {

using enum Presence;

constexpr std::int64_t integer_max = static_cast<std::int64_t>(offset_max);

std::vector<JsonMember> members_of(const JsonValue& object) {
  std::vector<JsonMember> out;
  JsonCursor cursor(object);
  while (auto member = cursor.next_member()) out.push_back(*std::move(member));
  return out;
}

std::string read_text(MemberReader& in, std::string_view name) {
  return in.text(name, {}, required).value_or("");
}

std::optional<std::int64_t> read_time_member(MemberReader& in,
                                             std::string_view name,
                                             Presence presence) {
  const auto text = in.text(name, {}, presence);
  if (!text) return std::nullopt;
  const auto unix_ms = read_time(*text);
  if (!unix_ms) in.fail(ErrorCode::bad_request, fmt::format("\"{}\": expected a time", name));
  return unix_ms;
}

EffectiveLimits read_limits(MemberReader& in) {
  return {.bytes_per_s = in.count("bytes_per_s").value_or(0),
          .messages_per_s = in.number("messages_per_s").value_or(0),
          .max_delay_ms = in.integer("max_delay_ms", {0, integer_max}).value_or(0),
          .window_bytes = in.count("window_bytes").value_or(0),
          .message_bytes = in.count("message_bytes").value_or(0),
          .subscriptions = in.count("subscriptions").value_or(0),
          .cells = in.count("cells").value_or(0),
          .publishes_per_s = in.count("publishes_per_s").value_or(0)};
}

struct ReadError {
  Error error;
  Retry retry = Retry::no;
};

ReadError read_error(MemberReader& in) {
  const auto object = in.container("error", JsonType::object, required);
  if (!object) return {};
  const auto members = members_of(*object);
  MemberReader error("error", members);
  const auto code = read_text(error, "code");
  auto message = error.text("message", {}).value_or("");
  const bool may_retry = error.boolean("retry").value_or(false);
  if (const auto read = error.finish_leniently(); !read) in.fail(read.error());
  const auto* row = find_error(code);
  if (row == nullptr && message.empty()) message = code;
  return {{row == nullptr ? ErrorCode::internal : row->code, std::move(message)},
          may_retry ? Retry::yes : Retry::no};
}

ServerMessage read_reply(MemberReader& in) {
  const RequestId re = in.integer("re", {0, integer_max}, required).value_or(0);
  if (!in.boolean("ok", required).value_or(false)) {
    auto read = read_error(in);
    return RefusedReply{re, std::move(read.error), read.retry};
  }
  AcceptedReply out;
  out.re = re;
  out.session = in.text("session", {});
  out.server = in.text("server", {});
  out.heartbeat_ms = in.integer("heartbeat_ms", {0, integer_max});
  if (const auto limits = in.container("limits", JsonType::object)) {
    const auto members = members_of(*limits);
    MemberReader of_limits("limits", members);
    out.limits = read_limits(of_limits);
    if (const auto read = of_limits.finish_leniently(); !read) in.fail(read.error());
  }
  out.max_rate = in.number("max_rate");
  if (in.has("epoch")) {
    out.position = Position{read_text(in, "epoch"), in.count("offset", required).value_or(0)};
  }
  out.unix_ms = read_time_member(in, "time", optional);
  return out;
}

std::vector<Field> read_fields(const JsonValue& object) {
  std::vector<Field> fields;
  for (auto& member : members_of(object)) {
    fields.push_back({std::move(member.name), std::string(member.value.text)});
  }
  return fields;
}

ReceivedChanges read_changes(MemberReader& in) {
  ReceivedChanges out;
  out.base = in.count("b", required).value_or(0);
  if (const auto fields = in.container("f", JsonType::object)) out.fields = read_fields(*fields);
  if (const auto rows = in.container("k", JsonType::object)) {
    for (auto& row : members_of(*rows)) {
      if (row.value.type != JsonType::object) {
        in.fail(ErrorCode::bad_request, R"("k": expected a row to be an object)");
        return out;
      }
      out.rows.push_back({std::move(row.name), read_fields(row.value)});
    }
  }
  if (const auto keys = in.container("x", JsonType::array)) {
    JsonCursor cursor(*keys);
    while (const auto key = cursor.next_element()) {
      if (key->type != JsonType::string) {
        in.fail(ErrorCode::bad_request, R"("x": expected the keys of rows)");
        return out;
      }
      out.removed_rows.push_back(decode_string(key->text));
    }
  }
  return out;
}

ServerMessage read_delivery(MemberReader& in) {
  ReceivedDelivery out;
  out.number = in.count("t", required).value_or(0);
  out.offset = in.count("o", required).value_or(0);
  out.prev = in.count("p").value_or(out.offset == 0 ? 0 : out.offset - 1);
  if (const auto data = in.any("d")) out.data = read_payload(*data).payload;
  out.is_snapshot = in.boolean("s").value_or(false);
  out.unix_ms = in.integer("ts", {0, integer_max});
  out.conflated = in.count("c");
  out.has_more = in.boolean("m").value_or(false);
  if (const auto patch = in.container("j", JsonType::array)) {
    out.patch = ReceivedPatch{in.count("b", required).value_or(0), std::string(patch->text)};
  } else if (in.has("b")) {
    out.changes = read_changes(in);
  } else if (!out.data && !in.boolean("x").value_or(false)) {
    in.fail(ErrorCode::bad_request, R"(a delivery with neither "d", "b" nor "x":true)");
  }
  return out;
}

ServerMessage read_topic(MemberReader& in) {
  TopicEvent out;
  out.number = in.count("t", required).value_or(0);
  out.topic = read_text(in, "topic");
  const auto kind_name = read_text(in, "kind");
  const auto kind = find_kind(kind_name);
  if (!kind) in.fail(ErrorCode::unsupported, fmt::format(R"("kind": "{}")", quotable(kind_name)));
  out.kind = kind.value_or(Kind::value);
  out.epoch = read_text(in, "epoch");
  out.offset = in.count("o", required).value_or(0);
  return out;
}

/// A cause of a later version reads as `unknown`.
GapCause cause_of(std::string_view text) {
  for (auto cause = GapCause::overflow; cause != GapCause::unknown;
       cause = static_cast<GapCause>(static_cast<int>(cause) + 1)) {
    if (name(cause) == text) return cause;
  }
  return GapCause::unknown;
}

ServerMessage read_gap(MemberReader& in) {
  GapEvent out;
  out.number = in.count("t", required).value_or(0);
  out.from = in.count("from");
  out.to = in.count("to", required).value_or(0);
  out.cause = cause_of(read_text(in, "cause"));
  out.lost = in.count("lost");
  return out;
}

ServerMessage read_goodbye(MemberReader& in) {
  ReceivedGoodbye out;
  out.code = static_cast<std::uint16_t>(in.integer("code", {1000, 4999}, required).value_or(0));
  out.reason = read_text(in, "reason");
  out.retry_ms = in.integer("retry_ms", {0, integer_max});
  return out;
}

ServerMessage read_op(MemberReader& in) {
  const auto op = read_text(in, "op");
  if (op == "topic") return read_topic(in);
  if (op == "ready") return ReadyEvent{read_text(in, "filter")};
  if (op == "gap") return read_gap(in);
  if (op == "stale") {
    const auto number = in.count("t", required).value_or(0);
    return StaleEvent{number, in.boolean("stale", required).value_or(false)};
  }
  if (op == "limits") return LimitsEvent{read_limits(in)};
  if (op == "heartbeat") {
    return HeartbeatEvent{read_time_member(in, "time", required).value_or(0)};
  }
  if (op == "goodbye") return read_goodbye(in);
  if (op == "error") return ErrorEvent{read_error(in).error};
  return IgnoredMessage{};
}

ServerMessage read_members(MemberReader& in) {
  if (in.has("op")) return read_op(in);
  if (in.has("re")) return read_reply(in);
  if (in.has("t")) return read_delivery(in);
  return IgnoredMessage{};
}

}  // namespace

Result<ServerMessage> read_server_message(const CheckedObject& message) {
  if (message.fault) {
    return fail(ErrorCode::bad_request,
                fmt::format("byte {}: {}", message.fault->at, message.fault->what));
  }
  MemberReader in("the message", message.members);
  auto out = read_members(in);
  if (const auto read = in.finish_leniently(); !read) return fail(read.error());
  return out;
}

Result<ServerMessage> read_server_message(std::string_view message) {
  return read_server_message(check_object(message, JsonRules::of_reader()));
}

Result<ServerMessage> read_cbor_server_message(std::string_view message) {
  std::string json;
  return read_server_message(check_cbor(message, JsonRules::of_reader(), "d", json));
}

}  // namespace weir::protocol::native
