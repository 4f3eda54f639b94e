#include "protocol/native/json_command_writer.hpp"

#include "protocol/native/json_text.hpp"

#include <string_view>
#include <variant>

namespace weir::protocol::native {
namespace {

class Writer {
public:
  explicit Writer(std::string& out) : out_(out) {}

  void operator()(const ConnectCommand& command) {
    begin("connect", command.id);
    if (!command.token.empty()) string("token", command.token);
    integer("heartbeat_ms", command.heartbeat_ms);
    wishes(command.wishes);
    end();
  }

  void operator()(const SubscribeCommand& command) {
    begin("subscribe", command.id);
    string("filter", command.filter);
    options(command.options);
    if (command.from) positions(*command.from);
    end();
  }

  void operator()(const PositionsCommand& command) {
    begin("positions", command.id);
    positions(command.from);
    end();
  }

  void operator()(const UnsubscribeCommand& command) {
    begin("unsubscribe", command.id);
    string("filter", command.filter);
    end();
  }

  void operator()(const PublishCommand& command) {
    begin("publish", command.id);
    publication(command.publication);
    end();
  }

  void operator()(const LimitCommand& command) {
    begin("limit", command.id);
    if (!command.filter.empty()) string("filter", command.filter);
    wishes(command.wishes);
    number("max_rate", command.max_rate);
    end();
  }

  void operator()(const PingCommand& command) {
    begin("ping", command.id);
    end();
  }

  void operator()(const TokenCommand& command) {
    begin("token", command.id);
    string("token", command.token);
    end();
  }

  void operator()(const AckCommand& command) {
    begin("ack", std::nullopt);
    integer("bytes", std::optional(command.bytes));
    end();
  }

private:
  void begin(std::string_view op, std::optional<RequestId> id) {
    out_.append(R"({"op":)");
    append_string(op, out_);
    integer("id", id);
  }
  void end() { out_.push_back('}'); }

  /// A literal that needs no escape.
  void name(std::string_view name) { out_.append(",\"").append(name).append("\":"); }
  void string(std::string_view name, std::string_view value) {
    this->name(name);
    append_string(value, out_);
  }
  template <class T>
  void integer(std::string_view name, std::optional<T> value) {
    if (!value) return;
    this->name(name);
    append_integer(*value, out_);
  }
  void number(std::string_view name, std::optional<double> value) {
    if (!value) return;
    this->name(name);
    append_number(*value, out_);
  }
  void boolean(std::string_view name, bool value) {
    this->name(name);
    out_.append(value ? "true" : "false");
  }

  void wishes(const SessionWishes& wishes) {
    integer("bytes_per_s", wishes.bytes_per_s);
    number("messages_per_s", wishes.messages_per_s);
    integer("max_delay_ms", wishes.max_delay_ms);
    integer("window_bytes", wishes.window_bytes);
  }

  void options(const SubscribeOptions& options) {
    if (options.delivery) string("delivery", *options.delivery == Delivery::all ? "all" : "latest");
    if (options.max_rate != 0) number("max_rate", options.max_rate);
    if (options.snapshot) boolean("snapshot", *options.snapshot);
    if (!options.fields.empty()) field_names(options.fields);
    if (options.delta == Delta::patch) string("delta", "patch");
    if (options.history != 0) integer("history", std::optional(std::uint64_t{options.history}));
    if (options.on_overflow == OverflowPolicy::close) string("on_overflow", "close");
    if (options.wants_time) boolean("ts", true);
    if (options.wants_counts) boolean("counts", true);
    if (options.priority != 0) integer("priority", std::optional(std::int64_t{options.priority}));
  }

  void field_names(const std::vector<std::string>& names) {
    name("fields");
    out_.push_back('[');
    for (const auto& name : names) {
      if (&name != &names.front()) out_.push_back(',');
      append_string(name, out_);
    }
    out_.push_back(']');
  }

  void positions(const Positions& from) {
    name("from");
    out_.push_back('{');
    bool is_first = true;
    for (const auto& [topic, position] : from) {
      if (!is_first) out_.push_back(',');
      is_first = false;
      append_string(topic, out_);
      out_.append(R"(:{"epoch":)");
      append_string(position.epoch, out_);
      integer("offset", std::optional(position.offset));
      out_.push_back('}');
    }
    out_.push_back('}');
  }

  void publication(const Publication& publication) {
    string("topic", publication.topic);
    if (!publication.key.empty()) string("key", publication.key);
    if (publication.operation == Operation::replace) {
      name("data");
      append_payload(publication.payload, out_);
    } else if (publication.operation == Operation::update) {
      fields(publication.fields);
    } else {
      boolean("delete", true);
    }
    if (!publication.mid.empty()) string("mid", publication.mid);
  }

  void fields(const std::vector<Field>& fields) {
    name("fields");
    out_.push_back('{');
    for (const auto& field : fields) {
      if (&field != &fields.front()) out_.push_back(',');
      append_string(field.name, out_);
      out_.append(":").append(field.json);
    }
    out_.push_back('}');
  }

  std::string& out_;
};

}  // namespace

void write_command(const Command& command, std::string& out) {
  std::visit(Writer(out), command);
}

}  // namespace weir::protocol::native
