#include "clients/cli/recorder.hpp"

#include "clients/cli/event_note.hpp"
#include "clients/cli/one_line.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/native/json_text.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace weir::clients::cli {
namespace {

namespace native = protocol::native;
using protocol::Kind;

constexpr std::string_view deleted = R"("delete":true)";

Output say(std::string_view line) {
  return {.err = fmt::format("weir record: {}\n", line)};
}

/// A row's members but its content.
std::string of_row(const std::string& key) {
  std::string members = R"("key":)";
  native::append_string(key, members);
  return members + ",";
}

std::string fields(const std::string& json) {
  return R"("fields":)" + on_one_line(json);
}

}  // namespace

protocol::Result<void, std::string> Recorder::check(const RecordOptions& options) {
  if (options.file.empty()) return protocol::Unexpected(std::string("-o FILE is needed"));
  if (options.filters.empty())
    return protocol::Unexpected(std::string("at least one FILTER is needed"));
  for (const auto& filter : options.filters) {
    if (const auto valid = protocol::check_filter(filter); !valid)
      return protocol::Unexpected(fmt::format("\"{}\": {}", filter, valid.error().message()));
  }
  return {};
}

protocol::SubscribeOptions Recorder::subscription() {
  protocol::SubscribeOptions options;
  options.delivery = protocol::Delivery::all;
  options.snapshot = true;
  return options;
}

Output Recorder::on(const cpp::ClientEvent& event, cpp::TimePoint now) {
  Output output;
  if (const auto* topic = std::get_if<cpp::TopicIntroduced>(&event)) {
    introduce(*topic, now, output.out);
  } else if (const auto* delivery = std::get_if<cpp::Delivered>(&event)) {
    record(*delivery, now, output.out);
  } else if (const auto note = note_of(event); !note.sentence.empty()) {
    output = say(note.sentence);
    output.exit = note.exit;
  }
  bytes_ += output.out.size();
  return output;
}

void Recorder::introduce(const cpp::TopicIntroduced& event, cpp::TimePoint now, std::string& out) {
  auto& topic = topics_[event.topic];
  topic.kind = event.kind;
  if (std::exchange(topic.epoch, event.position.epoch) == event.position.epoch) return;
  // Of another life: what it held does not go on.
  if (topic.has_lines && topic.kind != Kind::stream)
    add_line(line_begin(event.topic, now), deleted, out);
}

void Recorder::record(const cpp::Delivered& delivery, cpp::TimePoint now, std::string& out) {
  auto& topic = topics_[delivery.topic];
  const auto begin = line_begin(delivery.topic, now);
  if (delivery.kind == Kind::table) {
    record_rows(delivery, begin, out);
  } else if (!delivery.data) {
    // a delete that comes first would make it a value
    const bool is_new_record = delivery.kind == Kind::record && !topic.has_lines;
    add_line(begin, is_new_record ? R"("fields":{})" : deleted, out);
  } else if (delivery.kind != Kind::record) {
    add_line(begin, R"("data":)" + on_one_line(*delivery.data), out);
  } else if (delivery.changed_fields) {
    add_line(begin, fields(*delivery.changed_fields), out);
  } else {
    // "data" would make it a value where nothing else says that it is a record
    if (topic.has_lines) add_line(begin, deleted, out);
    add_line(begin, fields(delivery.data->bytes), out);
  }
  topic.has_lines = true;
}

void Recorder::record_rows(const cpp::Delivered& delivery,
                           const std::string& begin,
                           std::string& out) {
  for (const auto& key : delivery.removed_rows) add_line(begin, of_row(key).append(deleted), out);
  const bool has_lines = topics_[delivery.topic].has_lines;
  for (const auto& row : delivery.rows) {
    const auto members = of_row(row.key);
    if (!row.changed_fields && has_lines) add_line(begin, members + std::string(deleted), out);
    add_line(begin, members + fields(row.changed_fields.value_or(row.json)), out);
  }
}

void Recorder::add_line(const std::string& begin, std::string_view members, std::string& out) {
  out.append(begin).append(members).append("}\n");
  ++lines_;
}

std::string Recorder::line_begin(const std::string& topic, cpp::TimePoint now) {
  if (!begin_) begin_ = now;
  std::string line = R"({"at_ms":)";
  native::append_integer(
      static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(now - *begin_).count()),
      line);
  line.append(R"(,"topic":)");
  native::append_string(topic, line);
  return line.append(",");
}

Output Recorder::progress() const {
  return say(fmt::format("{} lines, {} bytes, {} topics", lines_, bytes_, topics_.size()));
}

Output Recorder::on_end() const {
  auto output = progress();
  std::string streams;
  for (const auto& [name, topic] : topics_) {
    if (topic.kind == Kind::stream) streams.append(streams.empty() ? "" : ", ").append(name);
  }
  if (!streams.empty()) {
    output.err +=
        say("where it is replayed, [[topics]] must say kind = \"stream\" for " + streams).err;
  }
  output.exit = ExitCode::done;
  return output;
}

}  // namespace weir::clients::cli
