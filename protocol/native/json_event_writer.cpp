#include "protocol/native/json_event_writer.hpp"

#include "protocol/native/json_text.hpp"

#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace weir::protocol::native {
namespace {

class Writer {
public:
  explicit Writer(std::string& out) : out_(out) {}

  void operator()(const ReplyEvent& event) {
    out_.append(R"({"re":)");
    append_integer(event.re, out_);
    const bool is_ok = !std::holds_alternative<Error>(event.body);
    out_.append(is_ok ? R"(,"ok":true)" : R"(,"ok":false)");
    std::visit([this](const auto& body) { reply_body(body); }, event.body);
    out_.push_back('}');
  }

  void operator()(const ErrorEvent& event) {
    out_.append(R"({"op":"error")");
    reply_body(event.error);
    out_.push_back('}');
  }

  void operator()(const TopicEvent& event) {
    integer(R"({"op":"topic","t":)", event.number);
    string(R"(,"topic":)", event.topic);
    string(R"(,"kind":)", name(event.kind));
    string(R"(,"epoch":)", event.epoch);
    integer(R"(,"o":)", event.offset);
    out_.push_back('}');
  }

  void operator()(const ReadyEvent& event) {
    string(R"({"op":"ready","filter":)", event.filter);
    out_.push_back('}');
  }

  void operator()(const DeliveryEvent& event) {
    integer(R"({"t":)", event.number);
    integer(R"(,"o":)", event.offset);
    if (event.prev) integer(R"(,"p":)", *event.prev);
    if (event.changes != nullptr) {
      changes(*event.changes);
    } else if (event.patch) {
      integer(R"(,"b":)", event.patch->base);
      out_.append(R"(,"j":)").append(event.patch->json);
    } else if (event.data != nullptr) {
      out_.append(R"(,"d":)");
      append_payload(*event.data, out_);
    } else {
      out_.append(R"(,"x":true)");
    }
    if (event.is_snapshot) out_.append(R"(,"s":true)");
    if (event.unix_ms) integer(R"(,"ts":)", *event.unix_ms);
    if (event.conflated) integer(R"(,"c":)", *event.conflated);
    out_.push_back('}');
  }

  void operator()(const GapEvent& event) {
    integer(R"({"op":"gap","t":)", event.number);
    if (event.from) integer(R"(,"from":)", *event.from);
    integer(R"(,"to":)", event.to);
    string(R"(,"cause":)", name(event.cause));
    if (event.lost) integer(R"(,"lost":)", *event.lost);
    out_.push_back('}');
  }

  void operator()(const StaleEvent& event) {
    integer(R"({"op":"stale","t":)", event.number);
    out_.append(event.is_stale ? R"(,"stale":true})" : R"(,"stale":false})");
  }

  void operator()(const LimitsEvent& event) {
    out_.append(R"({"op":"limits",)");
    limits(event.limits);
    out_.push_back('}');
  }

  void operator()(const HeartbeatEvent& event) {
    out_.append(R"({"op":"heartbeat","time":)");
    append_time(event.unix_ms, out_);
    out_.push_back('}');
  }

  void operator()(const GoodbyeEvent& event) {
    const auto& close = info(event.reason);
    integer(R"({"op":"goodbye","code":)", std::uint64_t{close.code});
    string(R"(,"reason":)", close.name);
    if (event.retry_ms) integer(R"(,"retry_ms":)", *event.retry_ms);
    out_.push_back('}');
  }

private:
  void reply_body(const DoneReply& /*body*/) {}

  void reply_body(const ConnectedReply& body) {
    string(R"(,"session":)", body.session);
    integer(R"(,"heartbeat_ms":)", body.heartbeat_ms);
    out_.append(R"(,"limits":{)");
    limits(body.limits);
    string(R"(},"server":)", body.server);
  }

  void reply_body(const SubscribedReply& body) { number(R"(,"max_rate":)", body.max_rate); }

  void reply_body(const PublishedReply& body) {
    if (!body.position) return;
    string(R"(,"epoch":)", body.position->epoch);
    integer(R"(,"offset":)", body.position->offset);
  }

  void reply_body(const LimitedReply& body) {
    if (body.limits) {
      out_.append(R"(,"limits":{)");
      limits(*body.limits);
      out_.push_back('}');
    }
    if (body.max_rate) number(R"(,"max_rate":)", *body.max_rate);
  }

  void reply_body(const PongReply& body) {
    out_.append(R"(,"time":)");
    append_time(body.unix_ms, out_);
  }

  void reply_body(const Error& error) {
    const auto& row = info(error.code);
    string(R"(,"error":{"code":)", row.name);
    string(R"(,"message":)", error.message());
    out_.append(row.retry == Retry::yes ? R"(,"retry":true})" : R"(,"retry":false})");
  }

  void changes(const StateChanges& changes) {
    const bool is_record = changes.kind == Kind::record;
    if (!changes.base) {
      const bool is_empty = changes.fields.empty() && changes.rows.empty() && !changes.has_more;
      if (is_empty) {
        out_.append(R"(,"x":true)");
        return;
      }
      out_.append(R"(,"d":)");
      is_record ? fields(changes.fields) : rows(changes.rows);
    } else {
      integer(R"(,"b":)", *changes.base);
      if (is_record) {
        out_.append(R"(,"f":)");
        fields(changes.fields);
      } else if (!changes.rows.empty() || changes.removed_rows.empty()) {
        out_.append(R"(,"k":)");
        rows(changes.rows);
      }
      if (!changes.removed_rows.empty()) removed(changes.removed_rows);
    }
    if (changes.has_more) out_.append(R"(,"m":true)");
  }

  void fields(std::span<const FieldView> fields) {
    char before = '{';
    for (const auto& field : fields) {
      out_.push_back(std::exchange(before, ','));
      append_string(field.name, out_);
      out_.push_back(':');
      out_.append(field.json.empty() ? "null" : field.json);
    }
    out_.append(fields.empty() ? "{}" : "}");
  }

  void rows(std::span<const RowView> rows) {
    char before = '{';
    for (const auto& row : rows) {
      out_.push_back(std::exchange(before, ','));
      append_string(row.key, out_);
      out_.push_back(':');
      fields(row.fields);
    }
    out_.append(rows.empty() ? "{}" : "}");
  }

  void removed(std::span<const std::string_view> keys) {
    out_.append(R"(,"x":)");
    char before = '[';
    for (const auto key : keys) {
      out_.push_back(std::exchange(before, ','));
      append_string(key, out_);
    }
    out_.push_back(']');
  }

  void limits(const EffectiveLimits& limits) {
    integer(R"("bytes_per_s":)", limits.bytes_per_s);
    number(R"(,"messages_per_s":)", limits.messages_per_s);
    integer(R"(,"max_delay_ms":)", limits.max_delay_ms);
    integer(R"(,"window_bytes":)", limits.window_bytes);
    integer(R"(,"message_bytes":)", std::uint64_t{limits.message_bytes});
    integer(R"(,"subscriptions":)", std::uint64_t{limits.subscriptions});
    integer(R"(,"cells":)", std::uint64_t{limits.cells});
    integer(R"(,"publishes_per_s":)", std::uint64_t{limits.publishes_per_s});
  }

  template <class T>
  void integer(std::string_view before, T value) {
    out_.append(before);
    append_integer(value, out_);
  }
  void number(std::string_view before, double value) {
    out_.append(before);
    append_number(value, out_);
  }
  void string(std::string_view before, std::string_view value) {
    out_.append(before);
    append_string(value, out_);
  }

  std::string& out_;
};

}  // namespace

void write_event(const Event& event, std::string& out) {
  std::visit(Writer(out), event);
}

}  // namespace weir::protocol::native
