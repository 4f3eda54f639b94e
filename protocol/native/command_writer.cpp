#include "protocol/native/command_writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::protocol::native {
namespace {

/// What the requests are, for every codec.
template <class Sink>
class Writer {
public:
  explicit Writer(Sink& out) : out_(out) {}

  void operator()(const ConnectCommand& command) {
    begin("connect", command.id);
    if (!command.token.empty()) text("token", command.token);
    integer("heartbeat_ms", command.heartbeat_ms);
    wishes(command.wishes);
  }

  void operator()(const SubscribeCommand& command) {
    begin("subscribe", command.id);
    text("filter", command.filter);
    options(command.options);
    if (command.from) positions(*command.from);
  }

  void operator()(const PositionsCommand& command) {
    begin("positions", command.id);
    positions(command.from);
  }

  void operator()(const UnsubscribeCommand& command) {
    begin("unsubscribe", command.id);
    text("filter", command.filter);
  }

  void operator()(const PublishCommand& command) {
    begin("publish", command.id);
    publication(command.publication);
  }

  void operator()(const LimitCommand& command) {
    begin("limit", command.id);
    if (!command.filter.empty()) text("filter", command.filter);
    wishes(command.wishes);
    number("max_rate", command.max_rate);
  }

  void operator()(const PingCommand& command) { begin("ping", command.id); }

  void operator()(const TokenCommand& command) {
    begin("token", command.id);
    text("token", command.token);
  }

  void operator()(const AckCommand& command) {
    begin("ack", std::nullopt);
    integer("bytes", std::optional(command.bytes));
  }

private:
  void begin(std::string_view op, std::optional<RequestId> id) {
    text("op", op);
    integer("id", id);
  }

  void text(std::string_view key, std::string_view value) {
    out_.key(key);
    out_.text(value);
  }
  template <class T>
  void integer(std::string_view key, std::optional<T> value) {
    if (!value) return;
    out_.key(key);
    out_.integer(*value);
  }
  void number(std::string_view key, std::optional<double> value) {
    if (!value) return;
    out_.key(key);
    out_.number(*value);
  }
  void boolean(std::string_view key, bool value) {
    out_.key(key);
    out_.boolean(value);
  }

  void wishes(const SessionWishes& wishes) {
    integer("bytes_per_s", wishes.bytes_per_s);
    number("messages_per_s", wishes.messages_per_s);
    integer("max_delay_ms", wishes.max_delay_ms);
    integer("window_bytes", wishes.window_bytes);
  }

  void options(const SubscribeOptions& options) {
    if (options.delivery) text("delivery", *options.delivery == Delivery::all ? "all" : "latest");
    if (options.max_rate != 0) number("max_rate", options.max_rate);
    if (options.snapshot) boolean("snapshot", *options.snapshot);
    if (!options.fields.empty()) field_names(options.fields);
    if (options.delta == Delta::patch) text("delta", "patch");
    if (options.history != 0) integer("history", std::optional(std::uint64_t{options.history}));
    if (options.on_overflow == OverflowPolicy::close) text("on_overflow", "close");
    if (options.wants_time) boolean("ts", true);
    if (options.wants_counts) boolean("counts", true);
    if (options.priority != 0) integer("priority", std::optional(std::int64_t{options.priority}));
  }

  void field_names(const std::vector<std::string>& names) {
    out_.key("fields");
    out_.begin_array();
    for (const auto& name : names) out_.element(name);
    out_.end_array();
  }

  void positions(const Positions& from) {
    out_.key("from");
    out_.begin_map();
    for (const auto& [topic, position] : from) {
      out_.name(topic);
      out_.begin_map();
      text("epoch", position.epoch);
      integer("offset", std::optional(position.offset));
      out_.end_map();
    }
    out_.end_map();
  }

  void publication(const Publication& publication) {
    text("topic", publication.topic);
    if (!publication.key.empty()) text("key", publication.key);
    if (publication.operation == Operation::replace) {
      out_.key("data");
      out_.payload(publication.payload);
    } else if (publication.operation == Operation::update) {
      fields(publication.fields);
    } else {
      boolean("delete", true);
    }
    if (!publication.mid.empty()) text("mid", publication.mid);
  }

  void fields(const std::vector<Field>& fields) {
    out_.key("fields");
    out_.begin_map();
    for (const auto& field : fields) {
      out_.name(field.name);
      out_.json(field.json);
    }
    out_.end_map();
  }

  Sink& out_;
};

template <class Sink>
void write(const Command& command, Sink& out) {
  out.begin_map();
  std::visit(Writer<Sink>(out), command);
  out.end_map();
}

}  // namespace

void write_command(const Command& command, JsonSink out) {
  write(command, out);
}

void write_command(const Command& command, CborSink out) {
  write(command, out);
}

}  // namespace weir::protocol::native
