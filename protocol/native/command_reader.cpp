#include "protocol/native/command_reader.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/nearest_name.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/native/json_text.hpp"
#include "protocol/native/member_reader.hpp"
#include "protocol/native/position_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace weir::protocol::native {
namespace {

constexpr std::int64_t integer_max = static_cast<std::int64_t>(offset_max);
constexpr IntegerRange heartbeat_range{1000, 60'000};
constexpr IntegerRange delay_range{0, 60'000};
constexpr IntegerRange priority_range{-100, 100};
constexpr TextLength token_length{1, 16'384};

RequestId read_id(MemberReader& in) {
  return in.integer("id", {0, integer_max}, Presence::required).value_or(0);
}

std::string read_filter(MemberReader& in, Presence presence) {
  auto filter = in.text("filter", {}, presence);
  if (!filter) return {};
  if (const auto checked = check_filter(*filter); !checked) in.fail(checked.error());
  return *std::move(filter);
}

SessionWishes read_wishes(MemberReader& in) {
  return {.bytes_per_s = in.count("bytes_per_s"),
          .messages_per_s = in.rate("messages_per_s"),
          .max_delay_ms = in.integer("max_delay_ms", delay_range),
          .window_bytes = in.count("window_bytes")};
}

Command read_connect(MemberReader& in) {
  ConnectCommand out;
  out.id = read_id(in);
  out.token = in.text("token", token_length).value_or("");
  out.heartbeat_ms = in.integer("heartbeat_ms", heartbeat_range);
  out.wishes = read_wishes(in);
  return out;
}

std::vector<std::string> read_field_names(MemberReader& in) {
  std::vector<std::string> out;
  const auto array = in.container("fields", JsonType::array);
  if (!array) return out;
  JsonCursor cursor(*array);
  while (const auto element = cursor.next_element()) {
    auto name = element->type == JsonType::string ? decode_string(element->text) : "";
    if (name.empty() || out.size() == fields_max || std::ranges::find(out, name) != out.end()) {
      in.fail(ErrorCode::bad_request,
              fmt::format(R"("fields": expected 1 to {} different names)", fields_max));
      return out;
    }
    out.push_back(std::move(name));
  }
  if (out.empty()) {
    in.fail(ErrorCode::bad_request,
            fmt::format(R"("fields": expected 1 to {} different names)", fields_max));
  }
  return out;
}

SubscribeOptions read_options(MemberReader& in) {
  constexpr std::array<std::string_view, 2> deliveries{"latest", "all"};
  constexpr std::array<std::string_view, 2> policies{"gap", "close"};
  constexpr std::array<std::string_view, 2> deltas{"none", "patch"};
  SubscribeOptions out;
  const auto delivery = in.choice("delivery", deliveries);
  if (delivery) out.delivery = *delivery == 0 ? Delivery::latest : Delivery::all;
  out.max_rate = in.rate("max_rate").value_or(0);
  out.snapshot = in.boolean("snapshot");
  out.fields = read_field_names(in);
  if (in.choice("delta", deltas) == 1) out.delta = Delta::patch;
  constexpr std::int64_t history_max = std::numeric_limits<std::uint32_t>::max();
  out.history = static_cast<std::uint32_t>(in.integer("history", {0, history_max}).value_or(0));
  const auto policy = in.choice("on_overflow", policies);
  if (policy == 1) out.on_overflow = OverflowPolicy::close;
  out.wants_time = in.boolean("ts").value_or(false);
  out.wants_counts = in.boolean("counts").value_or(false);
  out.priority = static_cast<std::int32_t>(in.integer("priority", priority_range).value_or(0));
  return out;
}

Command read_subscribe(MemberReader& in) {
  SubscribeCommand out;
  out.id = read_id(in);
  out.filter = read_filter(in, Presence::required);
  out.options = read_options(in);
  if (out.options.delivery == Delivery::all) {
    for (const std::string_view shaping : {"max_rate", "fields", "delta"}) {
      if (!in.has(shaping)) continue;
      in.fail(ErrorCode::bad_request,
              fmt::format(R"("{}" shapes "delivery":"latest" only)", shaping));
    }
  }
  if (const auto from = in.container("from", JsonType::object)) {
    out.from = read_positions(in, *from);
  }
  return out;
}

Command read_positions_command(MemberReader& in) {
  PositionsCommand out;
  out.id = read_id(in);
  const auto from = in.container("from", JsonType::object, Presence::required);
  if (from) out.from = read_positions(in, *from);
  return out;
}

Command read_unsubscribe(MemberReader& in) {
  UnsubscribeCommand out;
  out.id = read_id(in);
  out.filter = read_filter(in, Presence::required);
  return out;
}

Payload read_data(MemberReader& in, const JsonValue& value) {
  auto read = read_payload(value);
  if (read.is_broken_base64) {
    in.fail(ErrorCode::bad_request, R"("data": expected base64 with padding in "b64")");
  }
  return std::move(read.payload);
}

std::vector<Field> read_fields(MemberReader& in, const JsonValue& object) {
  std::vector<Field> out;
  JsonCursor cursor(object);
  while (auto member = cursor.next_member()) {
    if (member->name.empty() || out.size() == record_fields_max) {
      in.fail(ErrorCode::bad_request,
              fmt::format(R"("fields": expected at most {} fields, each with a name)",
                          record_fields_max));
      return out;
    }
    out.push_back({std::move(member->name), std::string(member->value.text)});
  }
  return out;
}

Publication read_publication(MemberReader& in) {
  Publication out;
  out.topic = in.text("topic", {}, Presence::required).value_or("");
  if (!in.has_failed()) {
    if (const auto checked = check_topic(out.topic); !checked) in.fail(checked.error());
  }
  const auto data = in.any("data");
  const auto fields = in.container("fields", JsonType::object);
  out.key = in.text("key", {.least = 1}).value_or("");
  const auto removes = in.boolean("delete");
  out.mid = in.text("mid", {1, mid_bytes_max}).value_or("");
  if (removes == false) in.fail(ErrorCode::bad_request, R"("delete": expected true)");
  if (in.has("data") + in.has("fields") + in.has("delete") != 1) {
    in.fail(ErrorCode::bad_request,
            R"(expected exactly one of "data", "fields" and "delete":true)");
  }
  if (data && !out.key.empty()) {
    in.fail(ErrorCode::bad_request, R"("key" goes with "fields" or "delete", not with "data")");
  }
  if (data) out.payload = read_data(in, *data);
  if (fields) {
    out.operation = Operation::update;
    out.fields = read_fields(in, *fields);
  }
  if (removes) out.operation = Operation::remove;
  return out;
}

Command read_publish(MemberReader& in) {
  PublishCommand out;
  out.id = in.integer("id", {0, integer_max});
  out.publication = read_publication(in);
  return out;
}

Command read_limit(MemberReader& in) {
  LimitCommand out;
  out.id = read_id(in);
  out.filter = read_filter(in, Presence::optional);
  out.wishes = read_wishes(in);
  const bool is_of_filter = in.has("filter");
  out.max_rate = in.rate("max_rate", is_of_filter ? Presence::required : Presence::optional);
  if (!is_of_filter && out.max_rate) {
    in.fail(ErrorCode::bad_request, R"("max_rate" needs the "filter" that it is for)");
  }
  for (const std::string_view wish :
       {"bytes_per_s", "messages_per_s", "max_delay_ms", "window_bytes"}) {
    if (!is_of_filter || !in.has(wish)) continue;
    in.fail(ErrorCode::bad_request,
            fmt::format(R"("{}" is for the session: it cannot go with "filter")", wish));
  }
  return out;
}

Command read_ping(MemberReader& in) {
  return PingCommand{read_id(in)};
}

Command read_token(MemberReader& in) {
  TokenCommand out;
  out.id = read_id(in);
  out.token = in.text("token", token_length, Presence::required).value_or("");
  return out;
}

Command read_ack(MemberReader& in) {
  return AckCommand{in.count("bytes", Presence::required).value_or(0)};
}

struct Op {
  std::string_view name;
  Command (*read)(MemberReader& in);
};

constexpr std::array<Op, 9> ops{{{"connect", read_connect},
                                 {"subscribe", read_subscribe},
                                 {"positions", read_positions_command},
                                 {"unsubscribe", read_unsubscribe},
                                 {"publish", read_publish},
                                 {"limit", read_limit},
                                 {"ping", read_ping},
                                 {"token", read_token},
                                 {"ack", read_ack}}};

Result<const Op*> find_op(std::span<const JsonMember> members) {
  MemberReader in("the message", members);
  const auto name = in.text("op", {}, Presence::required);
  if (const auto read = in.finish_leniently(); !read) return fail(read.error());
  const auto op = std::ranges::find(ops, *name, &Op::name);
  if (op != ops.end()) return &*op;
  std::array<std::string_view, ops.size()> names;
  std::ranges::transform(ops, names.begin(), &Op::name);
  const auto nearest = nearest_name(*name, names);
  auto detail = fmt::format(R"(there is no op "{}")", quotable(*name));
  if (!nearest.empty()) detail += fmt::format(R"(; did you mean "{}"?)", nearest);
  return fail(ErrorCode::bad_request, std::move(detail));
}

Result<Command> read_members(std::span<const JsonMember> members) {
  const auto op = find_op(members);
  if (!op) return fail(op.error());
  MemberReader in((*op)->name, members);
  static_cast<void>(in.any("op"));
  auto command = (*op)->read(in);
  if (const auto read = in.finish(); !read) return fail(read.error());
  return command;
}

std::optional<RequestId> recover_id(std::span<const JsonMember> members) {
  return MemberReader("the message", members).integer("id", {0, integer_max});
}

}  // namespace

Result<Command, CommandError> read_command(const CheckedObject& message) {
  const auto id = recover_id(message.members);
  if (message.fault) {
    auto detail = fmt::format("byte {}: {}", message.fault->at, message.fault->what);
    return Unexpected(CommandError{{ErrorCode::bad_request, std::move(detail)}, id});
  }
  auto command = read_members(message.members);
  if (!command) return Unexpected(CommandError{command.error(), id});
  return *std::move(command);
}

}  // namespace weir::protocol::native
