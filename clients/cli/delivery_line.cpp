#include "clients/cli/delivery_line.hpp"

#include "protocol/native/json_text.hpp"

#include <algorithm>

namespace weir::clients::cli {
namespace {

namespace native = protocol::native;

/// JSON has line ends only where any other blank may stand.
std::string on_one_line(const protocol::Payload& payload) {
  std::string text;
  native::append_payload(payload, text);
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

}  // namespace

std::string text_line(const cpp::Delivered& delivery) {
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
  line.append(delivery.topic);
  if (delivery.data) line.append(" ").append(on_one_line(*delivery.data));
  line.push_back('\n');
  return line;
}

std::string json_line(const cpp::Delivered& delivery) {
  std::string line = R"({"topic":)";
  native::append_string(delivery.topic, line);
  line.append(R"(,"kind":")").append(protocol::name(delivery.kind)).append(R"(","epoch":)");
  native::append_string(delivery.position.epoch, line);
  line.append(",\"offset\":");
  native::append_integer(delivery.position.offset, line);
  if (delivery.data) {
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
