#include "clients/cli/delivery_line.hpp"

#include "clients/cli/one_line.hpp"
#include "protocol/native/json_text.hpp"

#include <utility>

namespace weir::clients::cli {
namespace {

namespace native = protocol::native;

/// Time, count and topic.
std::string beginning(const cpp::Delivered& delivery) {
  std::string line;
  if (delivery.unix_ms) {
    native::append_time(*delivery.unix_ms, line);
    std::erase(line, '"');
    line.push_back(' ');
  }
  if (delivery.conflated) {
    line.push_back('x');
    native::append_integer(*delivery.conflated, line);
    line.push_back(' ');
  }
  return line.append(delivery.topic);
}

/// The members of a table's delivery.
void append_rows(const cpp::Delivered& delivery, std::string& line) {
  line.append(",\"rows\":");
  char before = '{';
  for (const auto& row : delivery.rows) {
    line.push_back(std::exchange(before, ','));
    native::append_string(row.key, line);
    line.append(":").append(on_one_line(row.json));
  }
  line.append(delivery.rows.empty() ? "{}" : "}");
  line.append(",\"removed\":");
  before = '[';
  for (const auto& key : delivery.removed_rows) {
    line.push_back(std::exchange(before, ','));
    native::append_string(key, line);
  }
  line.append(delivery.removed_rows.empty() ? "[]" : "]");
  if (delivery.has_more) line.append(",\"more\":true");
}

}  // namespace

std::string text_line(const cpp::Delivered& delivery) {
  const auto begin = beginning(delivery);
  if (delivery.kind != protocol::Kind::table) {
    return begin + (delivery.data ? " " + on_one_line(*delivery.data) : "") + "\n";
  }
  std::string lines;
  for (const auto& key : delivery.removed_rows) {
    lines.append(begin).push_back(' ');
    native::append_string(key, lines);
    lines.push_back('\n');
  }
  for (const auto& row : delivery.rows) {
    lines.append(begin).push_back(' ');
    native::append_string(row.key, lines);
    lines.append(" ").append(on_one_line(row.json)).push_back('\n');
  }
  return lines;
}

std::string json_line(const cpp::Delivered& delivery) {
  std::string line = R"({"topic":)";
  native::append_string(delivery.topic, line);
  line.append(R"(,"kind":")").append(protocol::name(delivery.kind)).append(R"(","epoch":)");
  native::append_string(delivery.position.epoch, line);
  line.append(",\"offset\":");
  native::append_integer(delivery.position.offset, line);
  if (delivery.kind == protocol::Kind::table) {
    append_rows(delivery, line);
  } else if (delivery.data) {
    line.append(",\"data\":").append(on_one_line(*delivery.data));
  } else {
    line.append(",\"deleted\":true");
  }
  if (delivery.is_snapshot) line.append(",\"snapshot\":true");
  if (delivery.unix_ms) {
    line.append(",\"ts\":");
    native::append_integer(*delivery.unix_ms, line);
  }
  if (delivery.conflated) {
    line.append(",\"counts\":");
    native::append_integer(*delivery.conflated, line);
  }
  line.append("}\n");
  return line;
}

}  // namespace weir::clients::cli
