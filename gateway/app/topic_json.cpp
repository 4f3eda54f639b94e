#include "gateway/app/topic_json.hpp"

#include "protocol/native/json_text.hpp"

#include <utility>

namespace weir::gateway::app {
namespace {

using protocol::native::append_integer;
using protocol::native::append_string;

void append_fields(const topics::RecordState& record, std::string& out) {
  char before = '{';
  record.visit_live([&](std::string_view name, std::string_view json) {
    out += std::exchange(before, ',');
    append_string(name, out);
    out.append(":").append(json);
  });
  out.append(before == '{' ? "{}" : "}");
}

void append_rows(const topics::TableState& table, std::string& out) {
  char before = '{';
  table.visit_after(0, [&](const topics::TableRow& row, bool is_live) {
    if (!is_live) return true;
    out += std::exchange(before, ',');
    append_string(row.key, out);
    out += ':';
    append_fields(row.fields, out);
    return true;
  });
  out.append(before == '{' ? "{}" : "}");
}

void append_data(const topics::LogImage& image, std::string& out) {
  constexpr std::string_view name = R"(,"data":)";
  if (image.record) return append_fields(*image.record, out.append(name));
  if (image.table) return append_rows(*image.table, out.append(name));
  if (!image.state || image.state->operation != protocol::Operation::replace) return;
  protocol::native::append_payload(image.state->payload, out.append(name));
}

}  // namespace

std::string to_json(std::string_view topic, const topics::LogImage& image) {
  std::string out = R"({"topic":)";
  append_string(topic, out);
  append_string(name(image.kind), out.append(R"(,"kind":)"));
  append_string(image.epoch, out.append(R"(,"epoch":)"));
  append_integer(image.head, out.append(R"(,"offset":)"));
  if (image.state) protocol::native::append_time(image.state->unix_ms, out.append(R"(,"time":)"));
  append_data(image, out);
  return out + "}\n";
}

}  // namespace weir::gateway::app
