#include "clients/cli/one_line.hpp"

#include "protocol/native/json_text.hpp"

#include <algorithm>
#include <utility>

namespace weir::clients::cli {

std::string on_one_line(std::string json) {
  std::ranges::replace(json, '\n', ' ');
  std::ranges::replace(json, '\r', ' ');
  return json;
}

std::string on_one_line(const protocol::Payload& payload) {
  std::string text;
  protocol::native::append_payload(payload, text);
  return on_one_line(std::move(text));
}

}  // namespace weir::clients::cli
