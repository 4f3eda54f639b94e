#include "protocol/native/event_writer.hpp"

#include <span>
#include <string_view>
#include <variant>

namespace weir::protocol::native {
namespace {

/// What the messages are, for every codec.
template <class Sink>
class Writer {
public:
  explicit Writer(Sink& out) : out_(out) {}

  void operator()(const ReplyEvent& event) {
    integer("re", event.re);
    boolean("ok", !std::holds_alternative<Error>(event.body));
    std::visit([this](const auto& body) { this->reply_body(body); }, event.body);
  }

  void operator()(const ErrorEvent& event) {
    text("op", "error");
    reply_body(event.error);
  }

  void operator()(const TopicEvent& event) {
    text("op", "topic");
    integer("t", event.number);
    text("topic", event.topic);
    text("kind", name(event.kind));
    text("epoch", event.epoch);
    integer("o", event.offset);
  }

  void operator()(const ReadyEvent& event) {
    text("op", "ready");
    text("filter", event.filter);
  }

  void operator()(const DeliveryEvent& event) {
    integer("t", event.number);
    integer("o", event.offset);
    if (event.prev) integer("p", *event.prev);
    if (event.changes != nullptr) {
      changes(*event.changes);
    } else if (event.patch) {
      integer("b", event.patch->base);
      out_.key("j");
      out_.json(event.patch->json);
    } else if (event.data != nullptr) {
      out_.key("d");
      out_.payload(*event.data);
    } else {
      boolean("x", true);
    }
    if (event.is_snapshot) boolean("s", true);
    if (event.unix_ms) integer("ts", *event.unix_ms);
    if (event.conflated) integer("c", *event.conflated);
  }

  void operator()(const GapEvent& event) {
    text("op", "gap");
    integer("t", event.number);
    if (event.from) integer("from", *event.from);
    integer("to", event.to);
    text("cause", name(event.cause));
    if (event.lost) integer("lost", *event.lost);
  }

  void operator()(const StaleEvent& event) {
    text("op", "stale");
    integer("t", event.number);
    boolean("stale", event.is_stale);
  }

  void operator()(const LimitsEvent& event) {
    text("op", "limits");
    limits(event.limits);
  }

  void operator()(const HeartbeatEvent& event) {
    text("op", "heartbeat");
    time("time", event.unix_ms);
  }

  void operator()(const GoodbyeEvent& event) {
    const auto& close = info(event.reason);
    text("op", "goodbye");
    integer("code", std::uint64_t{close.code});
    text("reason", close.name);
    if (event.retry_ms) integer("retry_ms", *event.retry_ms);
  }

private:
  void reply_body(const DoneReply& /*body*/) {}

  void reply_body(const ConnectedReply& body) {
    text("session", body.session);
    integer("heartbeat_ms", body.heartbeat_ms);
    nested_limits(body.limits);
    text("server", body.server);
  }

  void reply_body(const SubscribedReply& body) { number("max_rate", body.max_rate); }

  void reply_body(const PublishedReply& body) {
    if (!body.position) return;
    text("epoch", body.position->epoch);
    integer("offset", body.position->offset);
  }

  void reply_body(const LimitedReply& body) {
    if (body.limits) nested_limits(*body.limits);
    if (body.max_rate) number("max_rate", *body.max_rate);
  }

  void reply_body(const PongReply& body) { time("time", body.unix_ms); }

  void reply_body(const Error& error) {
    const auto& row = info(error.code);
    out_.key("error");
    out_.begin_map();
    text("code", row.name);
    text("message", error.message());
    boolean("retry", row.retry == Retry::yes);
    out_.end_map();
  }

  void changes(const StateChanges& changes) {
    const bool is_record = changes.kind == Kind::record;
    if (!changes.base) {
      const bool is_empty = changes.fields.empty() && changes.rows.empty() && !changes.has_more;
      if (is_empty) return boolean("x", true);
      out_.key("d");
      is_record ? fields(changes.fields) : rows(changes.rows);
    } else {
      integer("b", *changes.base);
      if (is_record) {
        out_.key("f");
        fields(changes.fields);
      } else if (!changes.rows.empty() || changes.removed_rows.empty()) {
        out_.key("k");
        rows(changes.rows);
      }
      if (!changes.removed_rows.empty()) removed(changes.removed_rows);
    }
    if (changes.has_more) boolean("m", true);
  }

  void fields(std::span<const FieldView> fields) {
    out_.begin_map();
    for (const auto& field : fields) {
      out_.name(field.name);
      field.json.empty() ? out_.null() : out_.json(field.json);
    }
    out_.end_map();
  }

  void rows(std::span<const RowView> rows) {
    out_.begin_map();
    for (const auto& row : rows) {
      out_.name(row.key);
      fields(row.fields);
    }
    out_.end_map();
  }

  void removed(std::span<const std::string_view> keys) {
    out_.key("x");
    out_.begin_array();
    for (const auto key : keys) out_.element(key);
    out_.end_array();
  }

  void nested_limits(const EffectiveLimits& limits) {
    out_.key("limits");
    out_.begin_map();
    this->limits(limits);
    out_.end_map();
  }

  void limits(const EffectiveLimits& limits) {
    integer("bytes_per_s", limits.bytes_per_s);
    number("messages_per_s", limits.messages_per_s);
    integer("max_delay_ms", limits.max_delay_ms);
    integer("window_bytes", limits.window_bytes);
    integer("message_bytes", std::uint64_t{limits.message_bytes});
    integer("subscriptions", std::uint64_t{limits.subscriptions});
    integer("cells", std::uint64_t{limits.cells});
    integer("publishes_per_s", std::uint64_t{limits.publishes_per_s});
  }

  template <class T>
  void integer(std::string_view key, T value) {
    out_.key(key);
    out_.integer(value);
  }
  void number(std::string_view key, double value) {
    out_.key(key);
    out_.number(value);
  }
  void text(std::string_view key, std::string_view value) {
    out_.key(key);
    out_.text(value);
  }
  void boolean(std::string_view key, bool value) {
    out_.key(key);
    out_.boolean(value);
  }
  void time(std::string_view key, std::int64_t unix_ms) {
    out_.key(key);
    out_.time(unix_ms);
  }

  Sink& out_;
};

template <class Sink>
void write(const Event& event, Sink& out) {
  out.begin_map();
  std::visit(Writer<Sink>(out), event);
  out.end_map();
}

}  // namespace

void write_event(const Event& event, JsonSink out) {
  write(event, out);
}

void write_event(const Event& event, CborSink out) {
  write(event, out);
}

}  // namespace weir::protocol::native
